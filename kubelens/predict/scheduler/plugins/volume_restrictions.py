"""VolumeRestrictions: ReadWriteOncePod claims, and disks that one node mounts once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.persistent_volume_claim import ONE_POD
from kubelens.predict.scheduler.framework import Plugin, PreFilterResult, Status, refused
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_IN_USE: Final = (
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
)

_NOT_SHARED: Final = frozenset({"gcePersistentDisk", "awsElasticBlockStore", "iscsi", "rbd"})
"""Sources of volumes that Pods of one node may not have in common."""


def claim_names(pod: PodInfo) -> list[str]:
    """The claims a Pod names; generic ephemeral volumes have claims called after the Pod."""
    return claims_named(pod.volumes, pod.name)


def claims_named(volumes: Iterable[Mapping[str, Any]], pod: str) -> list[str]:
    """The claims that some volumes of a Pod of a name are."""
    names: list[str] = []
    for volume in volumes:
        if claim := fields.text(fields.mapping(volume, "persistentVolumeClaim"), "claimName"):
            names.append(claim)
        elif "ephemeral" in volume:
            names.append(f"{pod}-{fields.text(volume, 'name')}")
    return names


def direct_claims(pod: PodInfo) -> list[str]:
    """The claims a Pod names itself, those of generic ephemeral volumes left out."""
    return [c for v in pod.volumes if (c := fields.text(fields.mapping(v, "persistentVolumeClaim"), "claimName"))]


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, VolumeRestrictions.PreFilter): how many others use the Pod's ReadWriteOncePod claims."""
    named = direct_claims(pod)
    missing = next((name for name in named if (pod.namespace, name) not in state.claims), None)
    if missing is not None:
        return PreFilterResult(refusal=refused(f'persistentvolumeclaim "{missing}" not found', resolvable=False))
    alone = {name for name in named if ONE_POD in state.claims[pod.namespace, name].access_modes}
    conflicts = 0
    if alone:
        conflicts = sum(
            1 for _, other in state.pods() if other.namespace == pod.namespace and alone & set(direct_claims(other))
        )
    return PreFilterResult(conflicts)


def fits(pod: PodInfo, info: NodeInfo, conflicts: Any) -> Status | None:
    """(scheduler, VolumeRestrictions.Filter)."""
    for volume in pod.volumes:
        if not _NOT_SHARED.intersection(volume):
            continue
        for other in info.pods:
            if any(_clash(volume, theirs) for theirs in other.volumes):
                return refused("node(s) had no available disk", resolvable=True)
    if conflicts:
        return refused(_IN_USE, resolvable=True)
    return None


def _clash(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """(scheduler, ``isVolumeConflict``)."""
    for source, key in (("gcePersistentDisk", "pdName"), ("awsElasticBlockStore", "volumeID"), ("iscsi", "iqn")):
        mine, theirs = fields.mapping(one, source), fields.mapping(other, source)
        if mine and theirs and mine.get(key) == theirs.get(key):
            if source == "awsElasticBlockStore":
                return True
            return not (mine.get("readOnly") and theirs.get("readOnly"))
    mine, theirs = fields.mapping(one, "rbd"), fields.mapping(other, "rbd")
    if mine and theirs and set(fields.texts(mine, "monitors")) & set(fields.texts(theirs, "monitors")):
        same = (mine.get("pool") or "rbd") == (theirs.get("pool") or "rbd") and mine.get("image") == theirs.get("image")
        return same and not (mine.get("readOnly") and theirs.get("readOnly"))
    return False


PLUGIN = Plugin("VolumeRestrictions", prefilter, fits)
