"""Pods that fit on no node of the cluster that is given, with the scheduler's own reason.

Asked only where the cluster is known: Node objects with ``status.allocatable`` among the files, or a ``[cluster]`` table in the configuration
(``nodes = "3x4cpu,16Gi"``, ``zones = "a,b,c"``; the examples are asked of that one). Requests larger than any node, taints nobody tolerates, anti-affinity
against itself with more replicas than nodes: the scheduler says which. Nodes of a folder beside an object's are taken for another cluster's.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: big  # expect: fits on no node
spec:
  containers:
    - name: big
      image: big:1
      resources:
        requests:
          cpu: "6"
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: big
spec:
  containers:
    - name: big
      image: big:1
      resources:
        requests:
          cpu: "4"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.scheduling._known_nodes import scheduled


@rule(on=Bundle, severity=Severity.ERROR, aliases=("requests-exceed-any-node", "self-anti-affinity-exceeds-nodes"))
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each object whose Pods, or some of them, find no node."""
    found = scheduled(bundle, ctx)
    if found is None:
        return
    from kubelens.predict.scheduler.message import told  # noqa: PLC0415 - with the scheduler

    failing: dict[int, tuple[Resource, list[str]]] = {}
    total: dict[int, int] = {}
    for one in found.schedule.held_back:
        total[id(one.owner)] = total.get(id(one.owner), 0) + 1
    for placement in found.schedule.placements:
        owner = placement.owner
        if owner is None:
            continue
        total[id(owner)] = total.get(id(owner), 0) + 1
        if not placement.chosen:
            failing.setdefault(id(owner), (owner, []))[1].append(placement.message)
    if not found.sure and len(failing) == len(total):
        return  # where nothing fits at all, these are not the nodes the manifests are for
    for key, (owner, messages) in failing.items():
        if not found.about(owner):
            continue
        some = f": {len(messages)} of its {total[key]} Pods fit" if total[key] > 1 else ": its Pod fits"
        if owner.kind == "Pod":
            some = " fits"
        yield ctx.finding(
            f"{owner.kind} '{owner.name}'{some} on no node",
            at=owner.place.at("metadata", "name"),
            notes=[told(messages[0]), "kubelens predict schedule shows node by node why"],
        )
