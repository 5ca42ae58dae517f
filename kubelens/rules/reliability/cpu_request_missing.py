"""A container has no CPU request.

The scheduler places the Pod as if it used no CPU, and under load it gets the least share of its node. A limit without
a request is taken for both.

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
        - name: web  # expect: CPU request
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
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              cpu: 500m
              memory: 128Mi
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.reliability._amounts import ACCEPT_LIMIT, ALSO_INIT, without_request


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    options=(ALSO_INIT, ACCEPT_LIMIT),
    aliases=(
        "kube-linter:unset-cpu-requirements",
        "kube-score:container-resources",
        "polaris:cpuRequestsMissing",
        "checkov:CKV_K8S_10",
        "kics:cpu_requests_not_set",
        "kubescape:C-0268",
        "kubescape:C-0050",
        "kyverno:require-requests-limits",
        "trivy:KSV-0015",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    yield from without_request(pc, ctx, "cpu", "CPU")
