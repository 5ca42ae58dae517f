"""`replicas` written for a workload that a HorizontalPodAutoscaler scales: every apply sets the number back.

The autoscaler writes `spec.replicas` of its target. A manifest that names a number too resets it with every apply;
Pods go, and the autoscaler brings them back a while later. Left out, the number is the autoscaler's alone.
An autoscaler of another folder counts where both name the namespace.

Bad:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  minReplicas: 3
  maxReplicas: 10
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2  # expect: sets it back
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  minReplicas: 3
  maxReplicas: 10
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
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
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.podautoscaler.questions import Scaler
from kubelens.rules.api import Applicability, Context, Finding, Fix, Related, RemoveEntry, Severity, rule
from kubelens.rules.layout import share_a_namespace


@rule(
    on=("Deployment", "StatefulSet", "ReplicaSet", "Rollout"),
    severity=Severity.WARNING,
    aliases=(
        "kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured",
        "kics:hpa_targeted_deployments_with_configured_replica_count",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a workload that names a number and has an autoscaler."""
    replicas = resource.spec.get("replicas")
    scaler = ctx.ask(Scaler(resource)).answer
    if scaler is None or not isinstance(replicas, int) or not share_a_namespace(resource, scaler, ctx.bundle):
        return
    if scaler.place.uri != resource.place.uri and _is_one_of_several(resource, ctx):
        return
    at = resource.place.at("spec", "replicas")
    yield ctx.finding(
        f"replicas {replicas} of {resource.key} and {scaler.kind} {scaler.name!r} fight: "
        "every apply of the manifest sets it back",
        at=at,
        related=[Related(scaler.place.at("spec", "scaleTargetRef"), "the autoscaler writes the number")],
        fix=Fix("Leave replicas out", (RemoveEntry(at),), Applicability.UNSAFE),
    )


def _is_one_of_several(resource: Resource, ctx: Context) -> bool:
    """Whether other files have a workload of its name too: examples, of which the autoscaler is meant for one."""
    if ctx.bundle.applied_together:
        return False
    return any(one.place.uri != resource.place.uri for one in ctx.bundle.named(resource.kind, resource.name))
