"""A PodDisruptionBudget keeps as many Pods as its autoscaler may leave.

At quiet times ``minReplicas`` Pods run; where ``minAvailable`` is no lower, none of them may be evicted and drains
wait.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
---
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
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2  # expect: minReplicas
  selector:
    matchLabels:
      app: web
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
---
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
  maxReplicas: 10
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.int_or_percent import read_int_or_percent
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.predict.references.pods_index import index_of
from kubelens.rules.api import Context, Finding, Option, Profile, Related, Severity, rule
from kubelens.syntax.place import Place

_SCALED: Final = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DeploymentConfig")
_FLOORS: Final = {"HorizontalPodAutoscaler": "minReplicas", "ScaledObject": "minReplicaCount"}


@rule(
    on="PodDisruptionBudget",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    options=(
        Option("static", False, "also judge workloads without an autoscaler, as pdb-blocks-drain does"),
        Option("equal", True, "whether a budget that keeps exactly minReplicas is reported"),
    ),
    aliases=(
        "polaris:pdbMinAvailableGreaterThanHPAMinReplicas",
        "kube-linter:pdb-min-available",
        "kyverno:pdb-minavailable-check",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each workload of which the budget keeps all that may be left."""
    if resource.spec.get("minAvailable") is None:
        return
    selector = label_selector(resource.spec.get("selector"))
    for workload in index_of(ctx.bundle).selected(selector, resource.namespace):
        if workload.kind not in _SCALED:
            continue
        least, at = _floor(workload, ctx)
        if at is None:
            continue
        kept = _count(resource.spec.get("minAvailable"), least)
        if kept and (kept >= least if ctx.options["equal"] else kept > least):
            yield ctx.finding(
                f"{resource.key} keeps {kept} Pods of {workload.key}, of which {least} may be left: {at.path[-1]}",
                at=resource.place.at("spec", "minAvailable"),
                related=[Related(at, "the least that is left")],
            )


def _floor(workload: Resource, ctx: Context) -> tuple[int, Place | None]:
    """The least number of Pods an autoscaler leaves and where it is written; a fixed number where that counts."""
    for kind, field in _FLOORS.items():
        for scaler in ctx.bundle.all(kind, workload.namespace):
            target = fields.mapping(scaler.spec, "scaleTargetRef")
            if target.get("name") == workload.name and target.get("kind", "Deployment") == workload.kind:
                default = 1 if kind == "HorizontalPodAutoscaler" else 0
                least = fields.integer(scaler.spec, field)
                return (default if least is None else least), scaler.place.at("spec", field)
    if ctx.options["static"]:
        written = fields.integer(workload.spec, "replicas")
        return (1 if written is None else written), workload.place.at("spec", "replicas")
    return 0, None


def _count(value: object, of: int) -> int | None:
    """A number, or a percentage of ``of`` rounded up; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = read_int_or_percent(value)
    return found.of(of, round_up=True) if found is not None and found.is_percent else None
