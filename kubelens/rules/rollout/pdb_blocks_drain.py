"""A PodDisruptionBudget that never lets a Pod go: `kubectl drain` and node upgrades wait for ever.

With every Pod ready the budget allows no disruption: `maxUnavailable: 0`, `minAvailable` of all replicas, a
percentage that rounds up to all of them, or Pods whose owner has no scale. Two budgets over one Pod make its eviction
fail outright.

Bad:

```yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2  # expect: lets no Pod go
  selector:
    matchLabels: {app: web}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1.4
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
    matchLabels: {app: web}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.controllers.disruptions_allowed import DisruptionsAllowed
from kubelens.predict.first_names import first_names
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import is_an_alternative, share_a_cluster

_MOST_NAMED: Final = 3


@rule(
    on="PodDisruptionBudget",
    severity=Severity.WARNING,
    aliases=(
        "kube-linter:pdb-min-available",
        "kube-linter:pdb-max-unavailable",
        "polaris:pdbDisruptionsIsZero",
        "kyverno:pdb-minavailable-check",
        "gatekeeper:poddisruptionbudget",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a budget that lets none go, one for a budget that shares Pods with others."""
    found = ctx.ask(DisruptionsAllowed(resource)).answer
    field = next((f for f in ("minAvailable", "maxUnavailable") if f in resource.spec), None)
    at = resource.place.at("spec", field) if field else resource.place.at("spec")
    if found.blocks:
        yield ctx.finding(
            f"the budget {resource.name!r} lets no Pod go of {', '.join(sorted(found.pods))}: a drain waits for ever",
            at=at,
            related=[
                Related(workload.place.at("metadata", "name"), "its Pods stay") for workload in found.workloads[:3]
            ],
            label=found.why,
        )
    named = [ctx.bundle.get(resource.kind, resource.namespace, name, group=resource.gvk.group) for name in found.rivals]
    sharing = [rival for rival in named if rival is not None and _are_of_one_cluster(resource, rival, ctx.bundle)]
    if sharing:
        rivals = first_names([repr(rival.name) for rival in sharing], _MOST_NAMED)
        yield ctx.finding(
            f"the budget {resource.name!r} shares Pods with {rivals}: the API server refuses to evict those at all",
            at=resource.place.at("spec", "selector"),
            related=[
                Related(rival.place.at("spec", "selector"), "selects some of the same Pods") for rival in sharing[:3]
            ],
        )


def _are_of_one_cluster(one: Resource, other: Resource, bundle: Bundle) -> bool:
    """Whether two budgets are applied together: other releases and tests hold copies of the same Pods' budgets."""
    apart = is_an_alternative(one, bundle) or is_an_alternative(other, bundle)
    return one.place.uri == other.place.uri or (share_a_cluster(one, other, bundle) and not apart)
