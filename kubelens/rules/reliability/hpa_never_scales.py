"""An autoscaler's least and greatest number are the same, so it never scales.

It still owns ``replicas``: whoever scales by hand is overruled within seconds.

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
  minReplicas: 3
  maxReplicas: 3  # expect: 3
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
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(
    on="HorizontalPodAutoscaler",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=("polaris:hpaMaxAvailability",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    least = fields.integer(resource.spec, "minReplicas")
    most = fields.integer(resource.spec, "maxReplicas")
    least = 1 if least is None else least
    if most is not None and most <= least:
        related = [Related(resource.place.at("spec", "minReplicas"), "the least")]
        yield ctx.finding(
            f"{resource.key} never scales: its least number is {least}, its greatest {most}",
            at=resource.place.at("spec", "maxReplicas"),
            related=related,
        )
