"""The container adds a capability that is as good as root on the node.

ALL, SYS_ADMIN and NET_ADMIN let a process mount, trace or reroute what belongs to the node.

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
        - name: web
          image: shop/web:1.27
          securityContext:
            capabilities:
              add:
                - SYS_ADMIN  # expect: SYS_ADMIN
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
              add:
                - NET_BIND_SERVICE
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._context import capabilities

_ROOT: Final = ["ALL", "SYS_ADMIN", "NET_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "BPF"]


@rule(
    on=PodContainer,
    mentions=("capabilities",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option(
            "capabilities",
            _ROOT,
            "capabilities that are reported where added; * stands for any",
        ),
        Option("allowed", [], "capabilities that are not reported, where * stands for any"),
    ),
    aliases=(
        "checkov:CKV_K8S_25",
        "checkov:CKV_K8S_39",
        "polaris:dangerousCapabilities",
        "kubescape:C-0046",
        "kics:containers_with_added_capabilities",
        "kics:containers_with_sys_admin_capabilities",
        "kyverno:psp-restrict-adding-capabilities",
        "kyverno:disallow-capabilities",
        "kyverno:disallow-capabilities-strict",
        "kubeaudit:CapabilityAdded",
        "trivy:KSV-0005",
        "trivy:KSV-0120",
        "trivy:KSV-0022",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    listed = ctx.options["capabilities"]
    for name, at in capabilities(pc, "add"):
        if (name in listed or "*" in listed) and name not in ctx.options["allowed"]:
            label = "as good as root" if name in _ROOT else ""
            yield ctx.finding(f"{pc.title()} adds the capability {name}", at=at, label=label)
