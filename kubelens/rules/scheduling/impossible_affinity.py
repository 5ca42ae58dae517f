"""Required node affinity that contradicts itself or the nodeSelector: no node of any cluster can satisfy it.

Terms of ``nodeSelectorTerms`` are alternatives, requirements inside one term must all hold, and ``nodeSelector`` holds
beside them (scheduler: NodeAffinity). Where every term asks a label for two things at once, the Pods stay Pending.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: db
spec:
  nodeSelector:
    disktype: hdd
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:  # expect: no node
          - matchExpressions:
              - key: disktype
                operator: In
                values: [ssd]
  containers:
    - name: db
      image: db:1
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: db
spec:
  nodeSelector:
    zone: a
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
          - matchExpressions:
              - key: disktype
                operator: In
                values: [ssd, nvme]
              - key: disktype
                operator: NotIn
                values: [nvme]
  containers:
    - name: db
      image: db:1
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelens.kube import fields
from kubelens.kube.selector import Operator, Requirement, read_labels, read_requirements
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.claims import judged

_PATH = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")


@rule(on=Workload, severity=Severity.ERROR, mentions=("nodeAffinity",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for a Pod spec of which every term contradicts itself."""
    if workload.resource.partial:
        return
    spec = workload.pod.value
    required = fields.mapping(fields.mapping(fields.mapping(spec, "affinity"), "nodeAffinity"), _PATH[2])
    labels = read_labels(spec.get("nodeSelector"))
    given = tuple(Requirement(key, Operator.IN, (value,)) for key, value in labels.items())
    terms = [read_requirements(term.get("matchExpressions")) for _, term in fields.items(required, _PATH[3])]
    clashes = [_clash((*given, *term)) for term in terms]
    if not clashes or not all(clashes):
        return
    path = (*workload.pod.path, *_PATH)
    judgement = judged(workload.resource, ctx)
    if judgement is not None and any(cause.path[: len(path)] == path for cause in judgement.causes):
        return
    yield ctx.finding(
        f"no node can satisfy this: {clashes[0]}",
        at=workload.resource.place.at(*path).key(),
        notes=["its Pods stay Pending on every cluster"],
    )


def _clash(requirements: Iterable[Requirement]) -> str:
    """Two requirements of which at most one can hold, in words; ``""`` where there are none."""
    by_key: dict[str, list[Requirement]] = {}
    for one in requirements:
        by_key.setdefault(one.key, []).append(one)
    for key, asked in by_key.items():
        values = [set(r.values) for r in asked if r.operator is Operator.IN]
        if values:
            left = set.intersection(*values)
            left = {v for v in left if all(r.matches({key: v}) for r in asked)}
            if not left:
                return " and ".join(str(r) for r in asked)
        present = any(r.operator in (Operator.EXISTS, Operator.IN, Operator.GT, Operator.LT) for r in asked)
        if present and any(r.operator is Operator.DOES_NOT_EXIST for r in asked):
            return " and ".join(str(r) for r in asked)
    return ""
