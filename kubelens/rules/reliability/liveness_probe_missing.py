"""A container has no liveness probe: where it hangs, it stays hanging.

The kubelet restarts a container whose liveness probe fails. A program that ends by itself when it is broken needs
none, which is why this is not in the recommended profile.

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
        - name: web  # expect: liveness
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
          livenessProbe:
            httpGet:
              path: /alive
              port: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.reliability._kinds import LONG_RUNNING


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(),
    aliases=(
        "kube-linter:no-liveness-probe",
        "polaris:livenessProbeMissing",
        "checkov:CKV_K8S_8",
        "kics:liveness_probe_is_not_defined",
        "kubescape:C-0056",
        "kyverno:require-pod-probes",
        "gatekeeper:requiredprobes",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if (
        pc.workload.kind in LONG_RUNNING
        and pc.container.runs_throughout
        and not pc.container.value.get("livenessProbe")
    ):
        yield ctx.finding(f"{pc.title()} has no liveness probe", at=pc.place("name"))
