"""VolumeZone: volumes labelled with a zone or region are reached from nodes there."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, Status, refused
from kubelens.predict.scheduler.plugins.volume_restrictions import direct_claims
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_KEYS: Final = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region": "topology.kubernetes.io/region",
}
"""A volume's label and the one read of nodes that lack it: old names fall back on new ones, not the other way."""


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, VolumeZone.PreFilter): the zones of the Pod's bound volumes."""
    wanted: list[tuple[str, frozenset[str]]] = []
    for name in direct_claims(pod):
        claim = state.claims.get((pod.namespace, name))
        if claim is None:
            continue
        volume_name = claim.volume_name
        if not volume_name:
            continue
        volume = state.volumes.get(volume_name)
        if volume is None:
            return PreFilterResult(refusal=refused(f'persistentvolume "{volume_name}" not found', resolvable=False))
        wanted.extend((key, frozenset(volume.labels[key].split("__"))) for key in _KEYS if key in volume.labels)
    return PreFilterResult(wanted) if wanted else SKIP


def fits(pod: PodInfo, info: NodeInfo, wanted: Any) -> Status | None:
    """(scheduler, VolumeZone.Filter); nodes that name no zone take every volume."""
    del pod
    labels = info.node.labels
    if not any(key in labels for key in _KEYS):
        return None
    for key, values in wanted:
        value = labels.get(key, labels.get(_KEYS[key]))
        if value is None or value not in values:
            return refused("node(s) had no available volume zone", resolvable=False)
    return None


PLUGIN = Plugin("VolumeZone", prefilter, fits)
