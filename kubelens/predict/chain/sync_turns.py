"""In which turn of a sync an object is applied or deleted (gitops-engine ``pkg/sync``).

Argo CD applies phase by phase and wave by wave, and goes on once everything of a turn is healthy (``sync_context.go``,
``Sync``). Helm runs the hooks before a release in the order of their weights, and goes on once each has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.chain.hooks import ARGO_HOOK, HELM_HOOK

WAVE: Final = "argocd.argoproj.io/sync-wave"
_WEIGHT: Final = "helm.sh/hook-weight"
_OPTIONS: Final = "argocd.argoproj.io/sync-options"


class Phase(IntEnum):
    """The part of a sync, in order."""

    BEFORE = -1
    MAIN = 0
    AFTER = 1


class Turn(Struct, frozen=True, order=True):
    """When an object is applied; what comes in one turn does not wait for each other."""

    phase: Phase
    wave: int


_ARGO: Final = {"PreSync": Phase.BEFORE, "Sync": Phase.MAIN, "PostSync": Phase.AFTER}
_HELM: Final = {
    "pre-install": Phase.BEFORE,
    "pre-upgrade": Phase.BEFORE,
    "crd-install": Phase.BEFORE,
    "post-install": Phase.AFTER,
    "post-upgrade": Phase.AFTER,
}


def turn_of(resource: Resource) -> Turn | None:
    """The first turn in which an object is applied; None for what no ordinary sync applies: a test, ``Skip``."""
    said = resource.annotations
    phases = [Phase.MAIN]
    for name, known in ((ARGO_HOOK, _ARGO), (HELM_HOOK, _HELM)):
        if name in said:
            phases = [known[word.strip()] for word in said[name].split(",") if word.strip() in known]
            break
    return Turn(min(phases), _number(said.get(WAVE, said.get(_WEIGHT, "")))) if phases else None


def names_a_wave(resource: Resource) -> bool:
    """Whether an object is written for Argo CD: it names a wave, or is a hook of its."""
    return WAVE in resource.annotations or ARGO_HOOK in resource.annotations


def is_deleted_last(resource: Resource) -> bool:
    """Whether Argo CD deletes an object after it has applied everything: ``PruneLast=true``."""
    return "PruneLast=true" in (one.strip() for one in resource.annotations.get(_OPTIONS, "").split(","))


def deletion_waves(gone: Iterable[Resource], applied: Iterable[Resource]) -> dict[int, list[Resource]]:
    """With which wave Argo CD deletes each of some objects, waves in order: the last to come are the first to go.

    Within a wave it deletes before it applies (``getSyncTasks``, ``runTasks``); ``PruneLast`` has a wave after all others.
    """
    waves = {id(one): wave_of(one) for one in gone}
    order = sorted(set(waves.values()))
    turned = dict(zip(order, reversed(order), strict=True))
    main = [turn.wave for one in applied if (turn := turn_of(one)) is not None and turn.phase is Phase.MAIN]
    last = max([0, *main, *order]) + 1
    found: dict[int, list[Resource]] = {}
    for one in gone:
        found.setdefault(last if is_deleted_last(one) else turned[waves[id(one)]], []).append(one)
    return dict(sorted(found.items()))


def wave_of(resource: Resource) -> int:
    """The wave that an object says, 0 for none."""
    return _number(resource.annotations.get(WAVE, ""))


def _number(text: str) -> int:
    """A wave as it is written, 0 for what is no number (``syncwaves.Wave``)."""
    try:
        return int(text.strip())
    except ValueError:
        return 0
