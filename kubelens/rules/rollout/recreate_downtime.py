"""Strategy `Recreate`: no Pod serves between the last old one and the first new one.

All old Pods are deleted, and have to be gone, before the first new one is made. That is what a volume for one Pod
needs, and then nothing is told; anything else is down for as long as the old Pods take to go and the new ones to be ready.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy:
    type: Recreate  # expect: no Pod serves
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
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy:
    type: RollingUpdate
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

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.fenceposts import RECREATE, read_strategy
from kubelens.predict.controllers.rollout.capacity import LimitsOf
from kubelens.predict.controllers.rollout.rollout import NextRollout
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(on="Deployment", severity=Severity.INFO, profiles=(Profile.RECOMMENDED,))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a Deployment that recreates its Pods, with how long that takes."""
    if read_strategy(resource.spec).type != RECREATE or _shares_a_volume(resource, ctx):
        return
    rollout = ctx.ask(NextRollout(resource)).answer
    if rollout.timeline is None or rollout.replicas == 0:
        return
    yield ctx.finding(
        f"no Pod serves while {resource.key} rolls out: strategy Recreate takes {rollout.total} and the time to start",
        at=resource.place.at("spec", "strategy", "type"),
    )


def _shares_a_volume(resource: Resource, ctx: Context) -> bool:
    """Whether its Pods use a volume that one of them, or one node, has at a time."""
    return any(limit.together for limit in ctx.ask(LimitsOf(resource)).answer)
