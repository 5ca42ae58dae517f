"""No PodDisruptionBudget limits how many of a workload's Pods a drain takes at once.

Without one ``kubectl drain`` and the cluster's autoscaler evict all replicas of a node together.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: PodDisruptionBudget
spec:
  replicas: 3
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
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
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
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.reliability._over_pods import budgets_over, floor_of


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(Profile.RECOMMENDED,),
    options=(
        Option("unwritten-counts", False, "also judge workloads that do not write how many replicas they keep"),
        Option("also-single", False, "also judge workloads with a single replica"),
    ),
    aliases=(
        "kube-score:deployment-has-poddisruptionbudget",
        "kube-score:statefulset-has-poddisruptionbudget",
        "polaris:missingPodDisruptionBudget",
        "kics:deployment_without_pod_disruption_budget",
        "kics:statefulset_without_pod_disruption_budget",
        "kyverno:require-pdb",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.kind not in ("Deployment", "StatefulSet", "DeploymentConfig"):
        return
    unwritten = 2 if ctx.options["unwritten-counts"] else 1
    if floor_of(workload, ctx.bundle, unwritten) < 2 and not ctx.options["also-single"]:
        return
    if not budgets_over(workload, ctx.bundle):
        at = workload.resource.place.at("metadata", "name")
        yield ctx.finding(f"no PodDisruptionBudget selects the Pods of {workload.resource.key}", at=at)
