"""NodeVolumeLimits: how many volumes of a CSI driver a node can hold."""

from __future__ import annotations

from typing import Any

from kubelens.kube import fields
from kubelens.kube.storage_class import StorageClass, driver_of
from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, Status, refused
from kubelens.predict.scheduler.migrated_volume import OUTSIDE, migrated, of_persistent_volume
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, NodeVolumeLimits.PreFilter)."""
    counts = any("persistentVolumeClaim" in v or "ephemeral" in v or migrated(v) is not None for v in pod.volumes)
    return PreFilterResult(state) if counts else SKIP


def attached(pod: PodInfo, state: ClusterState) -> dict[str, str]:
    """The CSI volumes of a Pod: handle (or claim) -> driver; in-tree volumes are those of the driver they moved to."""
    found: dict[str, str] = {}
    for volume in pod.volumes:
        if (moved := migrated(volume)) is not None:
            found["/".join(moved)] = moved[0]
    for name in claim_names(pod):
        claim = state.claims.get((pod.namespace, name))
        if claim is None:
            continue
        bound = state.volumes.get(claim.volume_name)
        if bound is not None:
            if (one := of_persistent_volume(bound)) is not None:
                found["/".join(one)] = one[0]
        elif driver := _driver_of_class(state.storage_classes.get(claim.class_name)):
            found[f"{driver}/{pod.namespace}/{name}"] = driver
    return found


def _driver_of_class(storage_class: StorageClass | None) -> str:
    """Who makes volumes of a class, ``""`` where nothing counts them (``getCSIDriverInfoFromSC``)."""
    provisioner = storage_class.provisioner if storage_class is not None else ""
    return "" if provisioner in OUTSIDE else driver_of(provisioner)


def fits(pod: PodInfo, info: NodeInfo, state: Any) -> Status | None:
    """(scheduler, NodeVolumeLimits.Filter)."""
    node = state.csi_nodes.get(info.node.name)
    if node is None:
        return None
    limits: dict[str, int] = {}
    for _, driver in fields.items(fields.mapping(node, "spec"), "drivers"):
        count = fields.integer(fields.mapping(driver, "allocatable"), "count")
        if count is not None:
            limits[fields.text(driver, "name")] = count
    wanted = {handle: driver for handle, driver in attached(pod, state).items() if driver in limits}
    if not wanted:
        return None
    there: dict[str, str] = {}
    for other in info.pods:
        there.update(attached(other, state))
    new = [driver for handle, driver in wanted.items() if handle not in there]
    there.update(_attachments(info.node.name, state))
    for name in set(new):
        held = sum(1 for driver in there.values() if driver == name)
        if held + new.count(name) > limits[name]:
            return refused("node(s) exceed max volume count", resolvable=True)
    return None


def _attachments(node: str, state: ClusterState) -> dict[str, str]:
    """What VolumeAttachments hold on a node, of volumes with a CSI source (``getNodeVolumeAttachmentInfo``)."""
    found: dict[str, str] = {}
    for attacher, name in state.attachments.get(node, ()):
        known = state.volumes.get(name)
        csi = fields.mapping(fields.mapping(known.value, "spec"), "csi") if known is not None else {}
        if csi:
            found[f"{attacher}/{fields.text(csi, 'volumeHandle')}"] = attacher
    return found


PLUGIN = Plugin("NodeVolumeLimits", prefilter, fits)
