"""The Pod shares the network namespace of its node.

The Pod listens on the node's own addresses, reaches services bound to the node's localhost, and no NetworkPolicy
holds for it.

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
      hostNetwork: true  # expect: hostNetwork
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
      hostNetwork: false
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=Workload,
    mentions=("hostNetwork",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_19",
        "kube-linter:host-network",
        "polaris:hostNetworkSet",
        "kics:shared_host_network_namespace",
        "kubescape:C-0041",
        "kyverno:disallow-host-namespaces",
        "gatekeeper:host-namespaces",
        "kubeaudit:NamespaceHostNetworkTrue",
        "trivy:KSV-0009",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.pod.value.get("hostNetwork") is True:
        at = workload.resource.place.at(*workload.pod.path, "hostNetwork")
        yield ctx.finding(
            f"Pods of {workload.resource.key} share the node's network namespace: hostNetwork is true", at=at
        )
