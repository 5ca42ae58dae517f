"""NodeVolumeLimits: how many volumes of a CSI driver a node can hold."""

from __future__ import annotations

from typing import Any

from kubelens.kube import fields
from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, Status, refused
from kubelens.predict.scheduler.plugins.volume_binding import storage_class_of
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, NodeVolumeLimits.PreFilter)."""
    return (
        PreFilterResult(state)
        if any("persistentVolumeClaim" in v or "csi" in v or "ephemeral" in v for v in pod.volumes)
        else SKIP
    )


def attached(pod: PodInfo, state: ClusterState) -> dict[str, str]:
    """The CSI volumes of a Pod: handle (or claim) -> driver."""
    found: dict[str, str] = {}
    for name in claim_names(pod):
        claim = state.claims.get((pod.namespace, name))
        if claim is None:
            continue
        spec = fields.mapping(claim, "spec")
        volume = state.volumes.get(fields.text(spec, "volumeName"))
        if volume is not None:
            csi = fields.mapping(fields.mapping(volume, "spec"), "csi")
            if driver := fields.text(csi, "driver"):
                found[f"{driver}/{fields.text(csi, 'volumeHandle')}"] = driver
            continue
        storage_class = state.storage_classes.get(storage_class_of(claim))
        if storage_class is not None and (driver := fields.text(storage_class, "provisioner")):
            found[f"{driver}/{pod.namespace}/{name}"] = driver
    return found


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
    for name in set(wanted.values()):
        held = sum(1 for d in there.values() if d == name)
        more = sum(1 for handle, d in wanted.items() if d == name and handle not in there)
        if more and held + more > limits[name]:
            return refused("node(s) exceed max volume count", resolvable=True)
    return None


PLUGIN = Plugin("NodeVolumeLimits", prefilter, fits)
