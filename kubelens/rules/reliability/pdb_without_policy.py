"""A PodDisruptionBudget sets neither minAvailable nor maxUnavailable.

It then behaves as ``minAvailable: 1``, which blocks every drain of a single replica, and says so nowhere.

Bad:

```yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web  # expect: neither
spec:
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
  selector:
    matchLabels:
      app: web
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on="PodDisruptionBudget",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=("kube-score:poddisruptionbudget-has-policy",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if resource.spec.get("minAvailable") is None and resource.spec.get("maxUnavailable") is None:
        at = resource.place.at("metadata", "name")
        yield ctx.finding(f"{resource.key} sets neither minAvailable nor maxUnavailable", at=at)
