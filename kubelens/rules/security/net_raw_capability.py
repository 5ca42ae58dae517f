"""The container keeps NET_RAW, with which it can forge packets on the Pod network.

Container runtimes grant NET_RAW unless it, or ALL, is dropped. It allows ARP and DNS spoofing against neighbours.

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
        - name: web  # expect: NET_RAW
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

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.security._context import capabilities


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_28",
        "kube-linter:drop-net-raw-capability",
        "kics:net_raw_capabilities_not_being_dropped",
        "kyverno:drop-cap-net-raw",
        "trivy:KSV-0119",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    added = [(name, at) for name, at in capabilities(pc, "add") if name == "NET_RAW"]
    dropped = {name for name, _ in capabilities(pc, "drop")}
    for _, at in added:
        yield ctx.finding(f"{pc.title()} adds the capability NET_RAW", at=at)
    if not dropped & {"ALL", "NET_RAW"}:
        yield ctx.finding(f"{pc.title()} does not drop the capability NET_RAW", at=pc.place("name"))
