"""Namespaces that ask for sidecars, which Pods get when they start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides

_LABELS: Final = {"istio-injection": "Istio", "istio.io/rev": "Istio"}
_ANNOTATIONS: Final = {"linkerd.io/inject": "Linkerd"}
"""What the injectors of meshes ask of a Namespace (istio ``pkg/kube/inject``, linkerd2 ``pkg/inject``)."""


def sidecars(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Namespace that asks a mesh for something else."""
    for change in changes:
        old, new = change.old, change.new
        if change.action is not Action.CHANGE or old is None or new is None or new.gvk.group or new.kind != "Namespace":
            continue
        for name, mesh in (
            *_differing(old.labels, new.labels, _LABELS),
            *_differing(old.annotations, new.annotations, _ANNOTATIONS),
        ):
            text = f"no Pod restarts: whether {mesh} gives Pods its sidecar is decided by {name} when they start"
            yield consequence("nothing-restarts", new, text)


def _differing(old: Mapping[str, str], new: Mapping[str, str], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, mesh) for name, mesh in known.items() if old.get(name) != new.get(name))
