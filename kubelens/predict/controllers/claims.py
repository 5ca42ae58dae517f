"""A StatefulSet's PersistentVolumeClaims and who owns them (persistentVolumeClaimRetentionPolicy)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from kubelens.predict.controllers.fields import part, word


class RetentionPolicy(Struct, frozen=True):
    """Whether claims go when the StatefulSet is deleted, and when it is scaled down."""

    delete_with_set: bool = False
    delete_when_scaled: bool = False


def read_retention(spec: Mapping[str, Any]) -> RetentionPolicy:
    """``persistentVolumeClaimRetentionPolicy``, both Retain by default."""
    policy = part(spec, "persistentVolumeClaimRetentionPolicy")
    return RetentionPolicy(
        word(policy, "whenDeleted", "Retain") == "Delete", word(policy, "whenScaled", "Retain") == "Delete"
    )


class _Claim(Struct):
    name: str
    pod: str
    by_set: bool = False
    by_pod: int | None = None
    terminating: bool = False


class Claims:
    """The claims there are: owned by the StatefulSet, by a Pod (by its number of birth), or by no one."""

    def __init__(self) -> None:
        self._claims: dict[str, _Claim] = {}
        self._set_gone = False

    def create(self, names: Iterable[str], pod: str, born: int, policy: RetentionPolicy) -> None:
        """Claims of a new Pod, those missing alone (statefulset, createMissingPersistentVolumeClaims)."""
        for name in names:
            self._claims.setdefault(name, _Claim(name, pod))
        self.retain(pod, born, policy, condemned=False)

    def retain(self, pod: str, born: int, policy: RetentionPolicy, *, condemned: bool) -> None:
        """Owners as the policy has them (statefulset, updateClaimOwnerRefForSetAndPod)."""
        for claim in self._claims.values():
            if claim.pod == pod:
                scaled_away = condemned and policy.delete_when_scaled
                claim.by_pod = born if scaled_away else None
                claim.by_set = policy.delete_with_set and not scaled_away

    def stale(self, pod: str) -> bool:
        """Whether a claim still belongs to an earlier Pod of that name (statefulset, PodClaimIsStale)."""
        return any(c.pod == pod and (c.by_pod is not None or c.terminating) for c in self._claims.values())

    def set_deleted(self, *, orphan: bool) -> None:
        """The StatefulSet is deleted: claims it owns go with it, unless they are orphaned."""
        if orphan:
            for claim in self._claims.values():
                claim.by_set = False
        else:
            self._set_gone = True

    def collect(self, pods: Mapping[str, int]) -> None:
        """The garbage collector: claims whose owner is gone go, but not while a Pod uses them."""
        for claim in list(self._claims.values()):
            owner_gone = (claim.by_set and self._set_gone) or (
                claim.by_pod is not None and pods.get(claim.pod) != claim.by_pod
            )
            claim.terminating = claim.terminating or owner_gone
            if claim.terminating and claim.pod not in pods:
                del self._claims[claim.name]

    def seen(self) -> tuple[tuple[str, tuple[str, ...], str], ...]:
        """(name, kinds of owners, ``terminating`` or empty), by name."""
        found = []
        for name, claim in sorted(self._claims.items()):
            owners = ("StatefulSet",) if claim.by_set else ("Pod",) if claim.by_pod is not None else ()
            found.append((name, owners, "terminating" if claim.terminating else ""))
        return tuple(found)
