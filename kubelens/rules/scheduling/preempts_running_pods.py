"""A Pod that gets its node only by sending away Pods that run.

A Pod without room preempts: the scheduler deletes Pods of lower priority until it fits (``DefaultPreemption``). A class with
``globalDefault: true`` gives new Pods a priority that Pods from before it do not have, however important these are: what
was to be more Pods takes others down. Pods whose priority is below 0 are made to be sent away, and are not told.

Asked only where a cluster is given with its Pods (``--cluster``, or Nodes and running Pods among the files).

Bad:

```yaml
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: usual
value: 1000
globalDefault: true
---
apiVersion: v1
kind: Node
metadata:
  name: press-1
  labels:
    room: press
status:
  allocatable:
    cpu: "4"
    memory: 16Gi
    pods: "110"
---
apiVersion: v1
kind: Pod
metadata:
  name: ledger
spec:
  nodeName: press-1
  containers:
    - name: ledger
      image: ledger:1
      resources:
        requests:
          cpu: "3"
status:
  phase: Running
---
apiVersion: v1
kind: Pod
metadata:
  name: report  # expect: sending away default/ledger
spec:
  nodeSelector:
    room: press
  containers:
    - name: report
      image: report:1
      resources:
        requests:
          cpu: "2"
```

Good:

```yaml
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: usual
value: 1000
globalDefault: true
preemptionPolicy: Never
---
apiVersion: v1
kind: Node
metadata:
  name: press-1
  labels:
    room: press
status:
  allocatable:
    cpu: "4"
    memory: 16Gi
    pods: "110"
---
apiVersion: v1
kind: Pod
metadata:
  name: ledger
spec:
  nodeName: press-1
  containers:
    - name: ledger
      image: ledger:1
      resources:
        requests:
          cpu: "3"
status:
  phase: Running
---
apiVersion: v1
kind: Pod
metadata:
  name: report
spec:
  nodeSelector:
    room: press
  containers:
    - name: report
      image: report:1
      resources:
        requests:
          cpu: "1"
```

References:

- https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.first_names import first_names
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.scheduling._known_nodes import scheduled

_MOST_NAMED = 4


@rule(on=Bundle, severity=Severity.WARNING)
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each object whose Pods send running ones away."""
    running = {f"{pod.namespace or 'default'}/{pod.name}": pod for pod in bundle.all("Pod") if _runs(pod)}
    found = scheduled(bundle, ctx) if running else None
    if found is None:
        return
    pushing: dict[int, tuple[Resource, dict[str, Resource]]] = {}
    for placement in found.schedule.placements:
        gone = {key: running[key] for key in placement.victims if key in running}
        if placement.owner is not None and gone and found.about(placement.owner):
            pushing.setdefault(id(placement.owner), (placement.owner, {}))[1].update(gone)
    for owner, gone in pushing.values():
        its = "it gets its node" if owner.kind == "Pod" else "its Pods get their nodes"
        yield ctx.finding(
            f"{owner.kind} '{owner.name}': {its} only by sending away {first_names(list(gone), _MOST_NAMED)}",
            at=owner.place.at("metadata", "name"),
            related=[Related(next(iter(gone.values())).place.at("metadata", "name"), "a Pod that is sent away")],
            notes=[
                "the scheduler deletes Pods of lower priority where one of higher priority finds no room",
                "give Pods that run the priority that they need, or these a class with preemptionPolicy: Never",
            ],
        )


def _runs(pod: Resource) -> bool:
    """Whether a Pod stands on a node and is not one that anybody may send away."""
    if not pod.spec.get("nodeName"):
        return False
    from kubelens.predict.chain.named_nodes import waits_for_a_kubelet  # noqa: PLC0415 - the scheduler, where Pods run

    return not waits_for_a_kubelet(pod) and (fields.integer(pod.spec, "priority") or 0) >= 0
