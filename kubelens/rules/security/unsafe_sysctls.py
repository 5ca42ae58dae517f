"""The Pod sets a kernel parameter that reaches beyond it.

Only sysctls that live in the Pod's namespaces are safe. The kubelet refuses others with ``SysctlForbidden`` unless it
is told to allow them.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      securityContext:
        sysctls:
          - name: kernel.msgmax  # expect: kernel.msgmax
            value: "65536"
      containers:
        - name: web
          image: shop/web:1.27
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      securityContext:
        sysctls:
          - name: net.ipv4.ip_local_port_range
            value: "1024 65535"
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule

_SAFE: Final = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)


@rule(
    on=Workload,
    mentions=("sysctls",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option(
            "unsafe",
            ["kernel.msg", "kernel.sem", "kernel.shm", "fs.mqueue.", "net."],
            "beginnings of names of unsafe sysctls",
        ),
    ),
    aliases=(
        "kube-linter:unsafe-sysctls",
        "kics:cluster_allows_unsafe_sysctls",
        "kyverno:restrict-sysctls",
        "trivy:KSV-0026",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    context = fields.mapping(workload.pod.value, "securityContext")
    for index, entry in fields.items(context, "sysctls"):
        name = fields.text(entry, "name").replace("/", ".")
        if name and name not in _SAFE and (name.startswith(tuple(ctx.options["unsafe"]))):
            at = workload.resource.place.at(*workload.pod.path, "securityContext", "sysctls", index, "name")
            yield ctx.finding(f"Pods of {workload.resource.key} set the unsafe sysctl {name!r}", at=at)
