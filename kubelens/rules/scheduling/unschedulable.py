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

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.layout import share_a_folder


@rule(on=Bundle, severity=Severity.ERROR, aliases=("requests-exceed-any-node", "self-anti-affinity-exceeds-nodes"))
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each object whose Pods, or some of them, find no node."""
    cluster = ctx.facts.cluster
    described = isinstance(cluster, dict) and cluster.get("nodes")
    if not described and not _tell_what_they_hold(bundle.all("Node")):
        return
    from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - imports numpy
    from kubelens.predict.scheduler.message import told  # noqa: PLC0415 - with the scheduler

    nodes = _nodes(cluster) if described else ()
    failing: dict[int, tuple[Resource, list[str]]] = {}
    total: dict[int, int] = {}
    schedule = ctx.ask(Placed(nodes)).answer
    for one in schedule.held_back:
        total[id(one.owner)] = total.get(id(one.owner), 0) + 1
    for placement in schedule.placements:
        owner = placement.owner
        if owner is None:
            continue
        total[id(owner)] = total.get(id(owner), 0) + 1
        if not placement.chosen:
            failing.setdefault(id(owner), (owner, []))[1].append(placement.message)
    if not described:
        if len(failing) == len(total):
            return  # where nothing fits at all, these are not the nodes the manifests are for
        seen = bundle.all("Node")
        failing = {k: f for k, f in failing.items() if all(share_a_folder(f[0], node) for node in seen)}
    for key, (owner, messages) in failing.items():
        some = f": {len(messages)} of its {total[key]} Pods fit" if total[key] > 1 else ": its Pod fits"
        if owner.kind == "Pod":
            some = " fits"
        yield ctx.finding(
            f"{owner.kind} '{owner.name}'{some} on no node",
            at=owner.place.at("metadata", "name"),
            notes=[told(messages[0]), "kubelens predict schedule shows node by node why"],
        )


def _tell_what_they_hold(nodes: list[Resource]) -> bool:
    """Whether the Node objects are those of a cluster: whole ones, as a cluster shows them."""
    return bool(nodes) and all(
        not node.partial and fields.mapping(fields.mapping(node.value, "status"), "allocatable") for node in nodes
    )


def _nodes(cluster: Mapping[str, Any]) -> tuple[str, ...]:
    from kubelens.predict.scheduler.made_up import made_up_nodes  # noqa: PLC0415 - with the scheduler

    written = cluster.get("nodes", "")
    descriptions = [written] if isinstance(written, str) else list(written)
    zones = cluster.get("zones", "")
    nodes = made_up_nodes(descriptions, zones if isinstance(zones, str) else ",".join(zones))
    return tuple(json.dumps(node, sort_keys=True) for node in nodes)
