"""The container takes a port of its node.

``hostPort`` binds the node's address: only one such Pod fits on a node, and the port is reachable past Services and,
with some network plugins, past NetworkPolicies.

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
          ports:
            - containerPort: 80
              hostPort: 80  # expect: 80
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
          ports:
            - containerPort: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=PodContainer,
    mentions=("hostPort",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_26",
        "polaris:hostPortSet",
        "kics:workload_host_port_not_specified",
        "kubescape:C-0044",
        "kyverno:disallow-host-ports",
        "trivy:KSV-0024",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for port in pc.container.ports:
        if port.host_port:
            at = pc.workload.resource.place.at(*port.path, "hostPort")
            yield ctx.finding(f"{pc.title()} takes port {port.host_port} of its node", at=at)
