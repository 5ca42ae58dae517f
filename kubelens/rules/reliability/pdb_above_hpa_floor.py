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

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule
from kubelens.rules.reliability._shared import autoscaler_of, budgets_over


def _count(value: object, of: int) -> int | None:
    """A number, or a percentage of ``of`` rounded up; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        return -(-int(value[:-1]) * of // 100)
    return None


@rule(
    on=Workload,
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=("polaris:pdbMinAvailableGreaterThanHPAMinReplicas",),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    scaler = autoscaler_of(workload.kind, workload.name, workload.namespace, ctx.bundle)
    if scaler is None:
        return
    least = fields.integer(scaler.spec, "minReplicas") or 1
    for budget in budgets_over(workload, ctx.bundle):
        kept = _count(budget.spec.get("minAvailable"), least)
        if kept is not None and kept >= least:
            yield ctx.finding(
                f"{budget.key} keeps {kept} Pods of {workload.resource.key}: minReplicas is {least}",
                at=budget.place.at("spec", "minAvailable"),
                related=[Related(scaler.place.at("spec", "minReplicas"), "the least the autoscaler leaves")],
            )
