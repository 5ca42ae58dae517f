"""An autoscaler may scale down to so few Pods that losing one is noticed.

At quiet times only ``minReplicas`` Pods are left, 1 where it is not written.

Bad:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 1  # expect: 1
  maxReplicas: 10
```

Good:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 2
  maxReplicas: 10
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on="HorizontalPodAutoscaler",
    severity=Severity.INFO,
    profiles=(Profile.RECOMMENDED,),
    options=(
        Option("minimum", 2, "the lowest minReplicas that is not reported"),
        Option("unwritten-counts", True, "whether an autoscaler without minReplicas, which then is 1, is reported"),
    ),
    aliases=(
        "kube-linter:hpa-minimum-three-replicas",
        "kube-score:horizontalpodautoscaler-replicas",
        "polaris:hpaMinAvailability",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    least = fields.integer(resource.spec, "minReplicas")
    if least is None and not ctx.options["unwritten-counts"]:
        return
    if (1 if least is None else least) < ctx.options["minimum"]:
        at = resource.place.at("spec", "minReplicas") if least is not None else resource.place.at("metadata", "name")
        least = 1 if least is None else least
        yield ctx.finding(
            f"{resource.key} scales down to {least} replica{'' if least == 1 else 's'}, fewer than {ctx.options['minimum']}",
            at=at,
        )
