"""Pods that name their node: no scheduler sees them, and what it would have done for them is not done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.predict.apiserver.plugins.pod_security_standards import is_safe_sysctl, parse_version
from kubelens.predict.apiserver.pod.annotations import MIRROR
from kubelens.predict.controllers.endpointslice import ENDED
from kubelens.predict.scheduler.by_name import what_it_lacks
from kubelens.predict.scheduler.pending import PendingPod
from kubelens.predict.scheduler.placement import Placement
from kubelens.predict.scheduler.state import ClusterState

_MOST_NAMED: Final = 3


def waits_for_a_kubelet(pod: Resource) -> bool:
    """Whether a Pod of the manifests has not come to a kubelet yet: it has no node, or it is new and names one itself."""
    if pod.standing is not None and pod.standing.spec.get("nodeName"):
        return False
    value = kept_by_cluster(pod, "nodeName")
    status = fields.mapping(value, "status")
    if fields.text(status, "phase") in ENDED:
        return False
    return not fields.mapping(value, "spec").get("nodeName") or not (_is_there(value) or status)


def _is_there(value: Mapping[str, Any]) -> bool:
    metadata = fields.mapping(value, "metadata")
    owned = any(owner.get("controller") is True for _, owner in fields.items(metadata, "ownerReferences"))
    return bool(metadata.get("uid")) or owned or MIRROR in fields.mapping(metadata, "annotations")


def past_the_scheduler(placements: Iterable[Placement], state: ClusterState) -> Iterator[Placement]:
    """The placements, those of Pods that wait on the node they name for what a scheduler sees to told so."""
    for placement in list(placements):
        why = what_it_lacks(placement.pod, state) if placement.pod.node_name and placement.chosen else ""
        yield replace(placement, nodes=(), chosen="", message=why) if why else placement


def elsewhere(placements: Iterable[Placement], state: ClusterState) -> tuple[str, ...]:
    """What is taken for granted of nodes that Pods name and that are not among made-up ones."""
    named: dict[str, str] = {}
    for one in placements:
        if one.chosen and one.chosen not in state.nodes:
            named.setdefault(one.chosen, one.pod.key)
    return tuple(
        f"node {node!r}, which {pod} names, is there and has room: it is not among the made-up nodes"
        for node, pod in list(named.items())[:_MOST_NAMED]
    )


def kubelets_allow(pending: Iterable[PendingPod], release: str) -> tuple[str, ...]:
    """What is taken for granted of the kubelets' configuration."""
    found: dict[str, None] = {}
    minor = parse_version(f"v{release}")
    for owner, value in {id(one.owner): (one.owner, one.value) for one in pending}.values():
        context = fields.mapping(fields.mapping(value, "spec"), "securityContext")
        names = [fields.text(one, "name") for _, one in fields.items(context, "sysctls")]
        unsafe = [name for name in names if not is_safe_sysctl(name, minor)]
        if unsafe:
            found[
                f"the kubelets allow the sysctl {unsafe[0]} (--allowed-unsafe-sysctls), which {owner.key} sets: else they "
                "reject its Pods (SysctlForbidden)"
            ] = None
    return tuple(found)
