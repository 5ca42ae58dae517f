"""What Pods ask of the nodes, and which of them find none any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kubelens.kube.workload import workloads
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, Kind, kinds
from kubelens.plan.sides import Side, Sides
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.placed import Placed, placed_pods
from kubelens.predict.scheduler.total_requests import RequestsOf

_MIB = 1024 * 1024
WHOLE_SET = ""
"""What a consequence is about that concerns no single object."""


def room(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """The sum of all requests where it changes; with nodes among the objects, the Pods that lose theirs."""
    before, after = _requests(sides.old), _requests(sides.new)
    differing = [name for name in sorted({*before, *after}) if before[name] != after[name]]
    if differing:
        text = ", ".join(f"{name} {_amount(name, before[name])} -> {_amount(name, after[name])}" for name in differing)
        kind: Kind = kinds()["requests"]
        yield Consequence(kind, WHOLE_SET, f"requests of all Pods: {text}")
    if not (sides.old.bundle.all("Node", group="") and sides.new.bundle.all("Node", group="")):
        return
    before_it = sides.old.ask(Placed()).answer
    had = placed_pods(before_it)
    lacked = {placement.pod.key for placement in before_it.placements if not placement.chosen}
    for placement in sides.new.ask(Placed()).answer.placements:
        key = placement.pod.key
        if not placement.chosen and key not in lacked:
            was = f"; it was on {had[key]}" if key in had else ""
            where = placement.owner.place if placement.owner is not None else None
            yield Consequence(kinds()["no-room"], f"Pod {key}", f"finds no node: {placement.message}{was}", where)


def _requests(side: Side) -> Mapping[str, int]:
    """cpu in milli, others in units, over all Pods that the server lets in; a DaemonSet counts once."""
    total: Counter[str] = Counter()
    for workload in workloads(side.bundle):
        admitted = side.ask(Admitted(workload.resource)).answer
        if workload.resource.partial or admitted.denial is not None or admitted.made is None:
            continue
        for name, amount in (side.ask(RequestsOf(workload.resource)).answer or {}).items():
            total[name] += amount * admitted.made.count
    return total


def _amount(name: str, value: int) -> str:
    if name == "cpu":
        return f"{value / 1000:g}"
    if name == "memory" or "storage" in name:
        return f"{value / _MIB:.0f}Mi"
    return str(value)
