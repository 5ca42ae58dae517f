"""`maxSurge` and `maxUnavailable` that both come to zero Pods: the controller takes one Pod away all the same.

`maxUnavailable` rounds down. Where it comes to 0 and `maxSurge` is 0 too, no rollout could ever move, so the
controller sets `maxUnavailable` to 1: fewer Pods serve than the manifest seems to ask for.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 25%  # expect: rounds to 0
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
  replicas: 4
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 25%
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
from kubelens.predict.controllers.fenceposts import Fenceposts, read_strategy
from kubelens.predict.controllers.fields import count
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on="Deployment", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding where one Pod goes although both settings come to zero."""
    strategy = read_strategy(resource.spec)
    replicas = count(resource.spec, "replicas", 1)
    bounds = ctx.ask(Fenceposts(replicas, strategy)).answer
    if not bounds.forced or not strategy.unavailable.amount:
        return
    yield ctx.finding(
        f"maxUnavailable {strategy.unavailable} of {replicas} Pods rounds to 0, and so does maxSurge: "
        "the controller takes 1 Pod away all the same",
        at=resource.place.at("spec", "strategy", "rollingUpdate", "maxUnavailable"),
    )
