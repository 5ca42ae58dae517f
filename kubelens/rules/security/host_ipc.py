"""The Pod shares the IPC namespace of its node.

A process of the Pod can read and write shared memory of the node's processes.

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
      hostIPC: true  # expect: hostIPC
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
      hostIPC: false
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
    mentions=("hostIPC",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_18",
        "kube-linter:host-ipc",
        "polaris:hostIPCSet",
        "kics:shared_host_ipc_namespace",
        "kubescape:C-0276",
        "kubescape:C-0038",
        "kyverno:disallow-host-namespaces",
        "gatekeeper:host-namespaces",
        "kubeaudit:NamespaceHostIPCTrue",
        "trivy:KSV-0008",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.pod.value.get("hostIPC") is True:
        at = workload.resource.place.at(*workload.pod.path, "hostIPC")
        yield ctx.finding(f"Pods of {workload.resource.key} share the node's IPC namespace: hostIPC is true", at=at)
