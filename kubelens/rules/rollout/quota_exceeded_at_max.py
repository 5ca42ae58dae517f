"""The namespace's ResourceQuota has no room for what its autoscalers may ask for.

At rest everything fits. Under load the autoscaler raises the number of replicas, and the Pods beyond the quota are
never made: the ReplicaSet reports `FailedCreate`, and the application runs short exactly when it is needed.

Bad:

```yaml
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.cpu: "4"  # expect: ask for 10
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 10
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1.4
        resources: {requests: {cpu: "1"}}
```

Good:

```yaml
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.cpu: "12"
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 10
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1.4
        resources: {requests: {cpu: "1"}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.podautoscaler.questions import ReplicasRange, most_field
from kubelens.predict.controllers.rollout.quota import QuotaAtMax
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(on="ResourceQuota", severity=Severity.WARNING, profiles=(Profile.RECOMMENDED,))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each entry that is passed."""
    if ctx.ask(Stored(resource)).answer.denial is not None:
        return
    for excess in ctx.ask(QuotaAtMax(resource)).answer:
        names = ", ".join(repr(s.name) for s in excess.scalers)
        yield ctx.finding(
            f"{excess.resource} is {excess.hard}, and with {names} at maxReplicas the workloads of the namespace ask "
            f"for {excess.needed}",
            at=resource.place.at("spec", "hard", excess.resource),
            related=[
                Related(s.place.at("spec", most_field(s)), f"goes up to {ctx.ask(ReplicasRange(s)).answer[1]}")
                for s in excess.scalers
            ],
            notes=["Pods beyond the quota are not made: the ReplicaSet reports FailedCreate"],
        )
