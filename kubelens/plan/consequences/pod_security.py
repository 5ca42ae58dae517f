"""What namespaces enforce of the Pod Security Standards, and what Pods keep to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides
from kubelens.predict.apiserver.plugins.pod_security import LABEL, LEVELS, PRIVILEGED, kept_level
from kubelens.predict.chain.admitted import Admitted

_WEAKER: Final = "pod-security-weaker"


def pod_security(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Namespace that enforces another level than before, and each workload whose Pods keep to another."""
    for change in changes:
        old, new = change.old, change.new
        if old is None or new is None or old.partial or new.partial:
            continue
        if new.kind == "Namespace" and not new.gvk.group:
            before, after = _enforced(old, sides.old), _enforced(new, sides.after)
            if before != after and before in LEVELS and after in LEVELS:
                yield consequence(_kind(before, after), new, f"enforces {after} instead of {before}")
        elif read_workload(new) is not None:
            yield from _pods(sides, old, new)


def _pods(sides: Sides, old: Resource, new: Resource) -> Iterator[Consequence]:
    had, has = sides.old.ask(Admitted(old)).answer.pod, sides.after.ask(Admitted(new)).answer.pod
    if had is None or has is None:
        return
    before, lacked = kept_level(had, sides.old.bundle.release)
    after, lacks = kept_level(has, sides.after.bundle.release)
    if before != after:
        kind = _kind(before, after)
        why = f": {lacks}" if kind == _WEAKER else f": until now {lacked}"
        yield consequence(kind, new, f"its Pods keep to {after} instead of {before}{why}")


def _kind(before: str, after: str) -> str:
    return _WEAKER if LEVELS.index(after) < LEVELS.index(before) else "pod-security-stronger"


def _enforced(namespace: Resource, side: Side) -> str:
    return namespace.labels.get(f"{LABEL}enforce") or side.bundle.pod_security or PRIVILEGED
