"""Two autoscalers scale one target: HorizontalPodAutoscalers, or ScaledObjects of KEDA, which makes one of each.

Each finds Pods that are another's, too: both report `AmbiguousSelector`, and neither scales. One autoscaler with several
metrics takes the highest of them.

Bad:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web-cpu
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 10
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web-memory
spec:
  scaleTargetRef:  # expect: also scaled by
    apiVersion: apps/v1
    kind: Deployment
    name: web
  maxReplicas: 10
```

Good:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 10
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.podautoscaler.questions import ScalersOf, scale_target
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(on=("HorizontalPodAutoscaler", "ScaledObject"), severity=Severity.WARNING, profiles=(Profile.RECOMMENDED,))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding at every autoscaler but the first of a target."""
    kind, name = target = scale_target(resource)
    if not name or resource.partial:
        return
    scalers = ctx.ask(ScalersOf(resource.namespace)).answer.get(target, ())
    first = next((r for r in scalers if not r.partial), resource)
    if (first.kind, first.name) != (resource.kind, resource.name):
        yield ctx.finding(
            f"{kind} {name!r} is also scaled by {first.kind} {first.name!r}: neither scales it",
            at=resource.place.at("spec", "scaleTargetRef").key(),
            notes=["their Pods are the same: both report AmbiguousSelector, and ScalingActive is False"],
            related=[Related(first.place.at("spec", "scaleTargetRef"), "the other autoscaler")],
        )
