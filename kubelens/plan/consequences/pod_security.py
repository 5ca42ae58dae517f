"""What namespaces enforce of the Pod Security Standards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides
from kubelens.predict.apiserver.plugins.pod_security import LABEL, PRIVILEGED

_ORDER: Final = ("privileged", "baseline", "restricted")


def pod_security(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Namespace that enforces another level than before."""
    for change in changes:
        old, new = change.old, change.new
        if old is None or new is None or new.kind != "Namespace" or new.gvk.group:
            continue
        before, after = _enforced(old, sides.old), _enforced(new, sides.after)
        if before == after or before not in _ORDER or after not in _ORDER:
            continue
        kind = "pod-security-weaker" if _ORDER.index(after) < _ORDER.index(before) else "pod-security-stronger"
        yield consequence(kind, new, f"enforces {after} instead of {before}")


def _enforced(namespace: Resource, side: Side) -> str:
    return namespace.labels.get(f"{LABEL}enforce") or side.bundle.pod_security or PRIVILEGED
