"""The Pod shares the process namespace of its node.

A process of the Pod sees, and as root can signal and trace, every process of the node.

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
      hostPID: true  # expect: hostPID
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
      hostPID: false
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
    mentions=("hostPID",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_17",
        "kube-linter:host-pid",
        "polaris:hostPIDSet",
        "kics:shared_host_pid_namespace",
        "kubescape:C-0275",
        "kubescape:C-0038",
        "kyverno:disallow-host-namespaces",
        "gatekeeper:host-namespaces",
        "kubeaudit:NamespaceHostPIDTrue",
        "trivy:KSV-0010",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.pod.value.get("hostPID") is True:
        at = workload.resource.place.at(*workload.pod.path, "hostPID")
        yield ctx.finding(f"Pods of {workload.resource.key} share the node's process namespace: hostPID is true", at=at)
