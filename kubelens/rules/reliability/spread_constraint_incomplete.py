"""A topology spread constraint lacks something it cannot work without.

Without ``labelSelector`` it counts no Pods and so spreads nothing; ``topologyKey``, a ``maxSkew`` above zero and a
known ``whenUnsatisfiable`` are asked for by the API server.

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
      topologySpreadConstraints:
        - maxSkew: 1  # expect: labelSelector
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
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
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.predict.apiserver.causes import CauseReason
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.claims import judged


@rule(
    on=Workload,
    mentions=("topologySpreadConstraints",),
    severity=Severity.WARNING,
    profiles=(Profile.WORKS,),
    aliases=("kube-score:pod-topology-spread-constraints",),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place; quiet where a field of the constraint is misspelt or misplaced."""
    refused = judged(workload.resource, ctx)
    unknown = [c.path for c in refused.causes if c.reason is CauseReason.UNKNOWN_FIELD] if refused is not None else []
    for index, item in fields.items(workload.pod.value, "topologySpreadConstraints"):
        path = (*workload.pod.path, "topologySpreadConstraints", index)
        if any(one[: len(path)] == path for one in unknown):
            continue
        at = workload.resource.place.at(*path)
        skew, domains = item.get("maxSkew"), item.get("minDomains")
        if not isinstance(item.get("labelSelector"), Mapping):
            yield ctx.finding(
                f"a spread constraint of {workload.resource.key} has no labelSelector: it spreads nothing", at=at
            )
        if not item.get("topologyKey"):
            yield ctx.finding(f"a spread constraint of {workload.resource.key} has no topologyKey", at=at)
        if not isinstance(skew, int) or skew < 1:
            yield ctx.finding(
                f"maxSkew of a spread constraint of {workload.resource.key} is {skew!r}, not above 0", at=at
            )
        if domains is not None and (not isinstance(domains, int) or domains < 1):
            yield ctx.finding(
                f"minDomains of a spread constraint of {workload.resource.key} is {domains!r}, not above 0", at=at
            )
        if item.get("whenUnsatisfiable") not in ("DoNotSchedule", "ScheduleAnyway"):
            written = item.get("whenUnsatisfiable")
            yield ctx.finding(
                f"whenUnsatisfiable of a spread constraint of {workload.resource.key} is {written!r}", at=at
            )
