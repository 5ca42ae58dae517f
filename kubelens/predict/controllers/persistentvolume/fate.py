"""What becomes of a claim and of a volume, as the controller leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Final

from msgspec import Struct

from kubelens.kube.persistent_volume import PersistentVolume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.predict.controllers.persistentvolume.classes import KnownClass
from kubelens.predict.controllers.persistentvolume.matching import Miss
from kubelens.predict.controllers.persistentvolume.rivalry import ALONE, Rivalry


class Outcome(StrEnum):
    """How a claim ends up before any Pod of it is placed."""

    BOUND = "bound"
    """It has a volume."""
    MADE = "made"
    """A provisioner makes a volume for it at once."""
    WAITS = "waits"
    """It gets a volume once a Pod that uses it has a node."""
    PENDING = "pending"
    """It gets none."""
    LOST = "lost"
    """It was bound, and its volume is gone or another's."""
    UNKNOWN = "unknown"
    """Only volumes that stand in the cluster can be its own, and none of its class is among the objects."""


class Event(Struct, frozen=True):
    """What the controller says of a claim: ``reason`` and ``message`` as in ``kubectl describe``."""

    reason: str
    message: str


class Refused(Struct, frozen=True):
    """Names of volumes and classes among the manifests that the API server refuses: the controller meets none of them."""

    volumes: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()


NOTHING_REFUSED: Final = Refused()


class NearMiss(Struct, frozen=True):
    """A volume that a claim cannot have, and what is in the way."""

    volume: str
    misses: tuple[Miss, ...]

    @property
    def why(self) -> str:
        """All of it in a line."""
        return "; ".join(miss.why for miss in self.misses)


class ClaimFate(Struct, frozen=True, eq=False):
    """What becomes of one claim.

    ``claim`` is the claim with its class filled in, ``known`` how claims of that class come by volumes. ``volume``: the one
    gone on with, ``""`` for none; ``among``: those of which it gets one, by the order in which the controller meets claims;
    ``rivalry``: the claims that are after the same. ``sure``: whether it gets one in any order, or in none.
    """

    claim: PersistentVolumeClaim
    known: KnownClass
    outcome: Outcome
    volume: str = ""
    among: tuple[str, ...] = ()
    event: Event | None = None
    near: tuple[NearMiss, ...] = ()
    rivalry: Rivalry = ALONE
    sure: bool = True

    @property
    def at_once(self) -> bool:
        """Whether its volume is made whatever node a Pod gets (volumeBindingMode Immediate)."""
        return self.outcome is Outcome.MADE and not self.known.waits

    @property
    def rivals(self) -> int:
        """How many other claims any of the volumes suits that suit this one."""
        return self.rivalry.rivals


class Phase(StrEnum):
    """A volume's phase."""

    AVAILABLE = "Available"
    BOUND = "Bound"
    RELEASED = "Released"


class VolumeFate(Struct, frozen=True, eq=False):
    """What becomes of one volume: ``claim`` is ``namespace/name`` of the claim that has it or that it is kept for."""

    volume: PersistentVolume
    phase: Phase
    claim: str = ""
    note: str = ""


class Bindings(Struct, frozen=True, eq=False, dict=True):
    """Every claim and volume, in the order given, and what is taken for granted of classes and volumes."""

    claims: tuple[ClaimFate, ...]
    volumes: tuple[VolumeFate, ...]
    assumptions: tuple[str, ...] = ()

    @cached_property
    def by_claim(self) -> Mapping[str, ClaimFate]:
        """By the claim's ``namespace/name``."""
        return {fate.claim.key: fate for fate in self.claims}

    @cached_property
    def by_volume(self) -> Mapping[str, VolumeFate]:
        """By the volume's name."""
        return {fate.volume.name: fate for fate in self.volumes}


NO_BINDINGS: Final = Bindings((), ())
