"""A PodDisruptionBudget forbids every eviction, whatever it covers.

``maxUnavailable: 0`` or ``0%`` and ``minAvailable: 100%`` leave nothing to evict: a drain of a node with such a Pod
never ends.

Bad:

```yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 0  # expect: forbids
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
    aliases=(
        "kube-linter:pdb-max-unavailable",
        "polaris:pdbDisruptionsIsZero",
        "kyverno:pdb-maxunavailable",
        "gatekeeper:poddisruptionbudget",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for the value that leaves nothing."""
    for key, values in (("maxUnavailable", (0, "0", "0%")), ("minAvailable", ("100%",))):
        value = resource.spec.get(key)
        if value in values and not isinstance(value, bool):
            yield ctx.finding(
                f"{resource.key} forbids every eviction: {key} is {value}", at=resource.place.at("spec", key)
            )
