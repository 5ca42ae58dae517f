"""Volumes that one node at a time has: a Pod placed elsewhere does not start while another has them.

No scheduler looks at it: the attach/detach controller refuses (``reconciler.go``, ``isMultiAttachForbidden``).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.persistent_volume import PersistentVolume
from kubelens.kube.storage_class import reach_of
from kubelens.predict.controllers.persistentvolume.attachment import is_exclusive
from kubelens.predict.scheduler.placement import Placement
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState


class Waiting(Struct, frozen=True):
    """A placed Pod that does not start: ``claim``'s volume is attached to ``held_on``, where ``held_by`` uses it.

    ``sure``: the scheduler could not have put it on that node just as well, and what makes the volume is known.
    """

    pod: str
    node: str
    claim: str
    volume: str
    held_by: str
    held_on: str
    sure: bool

    @property
    def sentence(self) -> str:
        """What ``kubectl describe`` tells, and why."""
        what = f"claim {self.claim} is attached to {self.held_on}, where {self.held_by} uses it"
        start = "does not start" if self.sure else "may not start"
        return f"{self.pod} {start} on {self.node}: {what} (FailedAttachVolume: Multi-Attach error)"


def waiting(state: ClusterState, placements: Iterable[Placement]) -> tuple[Waiting, ...]:
    """Pods that wait for a volume, in the order in which they were placed; Pods that stood before come first."""
    if not state.claims:
        return ()
    placed = {one.pod.key: one for one in placements}
    where = {pod.key: (info.node.name, pod) for info, pod in state.pods()}
    order = [key for key in where if key not in placed] + [key for key in placed if key in where]
    holders: dict[tuple[str, str], tuple[str, str]] = {}
    found: list[Waiting] = []
    for key in order:
        node, pod = where[key]
        for name in claim_names(pod):
            volume = _exclusive(pod, name, state)
            if volume is None:
                continue
            holder, on = holders.setdefault((pod.namespace, name), (key, node))
            if on != node:
                sure = (key not in placed or on not in placed[key].nodes) and _is_known(volume)
                found.append(Waiting(key, node, f"{pod.namespace}/{name}", volume.name, holder, on, sure))
                break
    return tuple(found)


def _exclusive(pod: PodInfo, name: str, state: ClusterState) -> PersistentVolume | None:
    """The volume of a claim that has one which a node attaches for itself alone."""
    claim = state.claims.get((pod.namespace, name))
    volume = state.volumes.get(claim.volume_name) if claim is not None and claim.bound else None
    return volume if volume is not None and is_exclusive(volume, state.csi_drivers) else None


def _is_known(volume: PersistentVolume) -> bool:
    """Whether it is known of what makes a volume that nodes attach it."""
    if volume.source != "csi":
        return bool(volume.source)
    driver = fields.text(fields.mapping(fields.mapping(volume.value, "spec"), "csi"), "driver")
    return reach_of(driver) is not None
