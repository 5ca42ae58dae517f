"""The container keeps capabilities of the runtime's default set that hardly any program needs.

Runtimes grant about fourteen. ``drop: [ALL]`` with the few that are needed added back is what the restricted Pod
Security Standard asks for.

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
      containers:
        - name: web  # expect: capabilities
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
      containers:
        - name: web
          image: shop/web:1.27
          securityContext:
            capabilities:
              drop: [ALL]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._context import capabilities

_DEFAULT_SET: Final = (
    "CHOWN",
    "DAC_OVERRIDE",
    "FSETID",
    "FOWNER",
    "MKNOD",
    "NET_RAW",
    "SETGID",
    "SETUID",
    "SETFCAP",
    "SETPCAP",
    "SYS_CHROOT",
    "KILL",
    "AUDIT_WRITE",
)


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(Profile.SECURITY,),
    options=(Option("report-added", True, "report default capabilities that are added back beside drop: ALL"),),
    aliases=(
        "checkov:CKV_K8S_37",
        "polaris:insecureCapabilities",
        "kics:no_drop_capabilities_for_containers",
        "kyverno:drop-all-capabilities",
        "kubeaudit:CapabilityShouldDropAll",
        "kubeaudit:CapabilityOrSecurityContextMissing",
        "trivy:KSV-0003",
        "kyverno:disallow-capabilities-strict",
        "gatekeeper:capabilities",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    dropped = {name for name, _ in capabilities(pc, "drop")}
    if "ALL" in dropped:
        if not ctx.options["report-added"]:
            return
        for name, at in capabilities(pc, "add"):
            if name in _DEFAULT_SET:
                yield ctx.finding(f"{pc.title()} adds the capability {name} back", at=at)
        return
    kept = [name for name in _DEFAULT_SET if name not in dropped]
    if "NET_BIND_SERVICE" not in dropped:
        kept.append("NET_BIND_SERVICE")
    if kept:
        yield ctx.finding(
            f"{pc.title()} keeps {len(kept)} capabilities of the default set: ALL is not dropped", at=pc.place("name")
        )
