"""A PodDisruptionBudget does not say whether Pods that are not ready may be evicted.

By default (IfHealthyBudget) Pods that crash block a drain as long as the budget is not met. ``AlwaysAllow`` lets them
go.

Bad:

```yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web  # expect: unhealthyPodEvictionPolicy
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
```

Good:

```yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      app: web
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(
    on="PodDisruptionBudget",
    severity=Severity.INFO,
    profiles=(),
    aliases=("kube-linter:pdb-unhealthy-pod-eviction-policy",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if not resource.spec.get("unhealthyPodEvictionPolicy"):
        at = resource.place.at("metadata", "name")
        yield ctx.finding(f"{resource.key} does not set unhealthyPodEvictionPolicy", at=at)
