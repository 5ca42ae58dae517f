"""Whether a kubelet takes a Pod that is on its node: what no scheduler has looked at, it looks at itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import OS
from kubelens.predict.kubelet.preemption import NoneToGo, is_critical, is_static, pods_to_preempt
from kubelens.predict.scheduler.plugins import node_affinity, node_ports, node_resources_fit
from kubelens.predict.scheduler.plugins.node_resources_fit import Lack
from kubelens.predict.scheduler.plugins.taint_toleration import untolerated_of
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import NodeInfo

_NOT_MATCHED: Final = "node(s) didn't match Pod's node affinity/selector"
_NO_PORTS: Final = "node(s) didn't have free ports for the requested pod ports"
_NOT_TOLERATED: Final = "node(s) had taints that the pod didn't tolerate"
_STRICT: Final = "Strict"


class Rejection(Struct, frozen=True):
    """A kubelet's no: the Pod is Failed, with this as ``status.reason`` and, after "Pod was rejected: ", ``message``."""

    reason: str
    message: str

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"


class Verdict(Struct, frozen=True):
    """What a kubelet does with a Pod: reject it (``rejection``), or take it, where need be after it has ended ``victims``."""

    rejection: Rejection | None = None
    victims: tuple[PodInfo, ...] = ()


_TAKEN: Final = Verdict()


def admit(pod: PodInfo, info: NodeInfo) -> Verdict:
    """What the kubelet of a node does with a Pod that comes to the Pods it has.

    After pkg/kubelet/lifecycle ``predicateAdmitHandler.Admit``, of which the first failure is told, and
    pkg/kubelet/preemption, which makes room for critical Pods.
    """
    rejection = of_its_kind(pod, info)
    if rejection is not None:
        return Verdict(rejection)
    lacks = list(_lacks(pod, info))
    others = list(_predicates(pod, info))
    if not lacks and not others:
        return _TAKEN
    if is_critical(pod):
        if others:
            return Verdict(others[0])
        try:
            return Verdict(None, pods_to_preempt(pod, info.pods, lacks))
        except NoneToGo as none:
            told = (
                "Unexpected error while attempting to recover from admission failure: preemption: error finding a set "
            )
            return Verdict(Rejection("UnexpectedAdmissionError", f"{told}of pods to preempt: {none}"))
    return Verdict(_short_of(lacks[0]) if lacks else others[0])


def asks_the_kubelet(pod: PodInfo) -> bool:
    """Whether a Pod asks for what no scheduler looks at, so that a kubelet may reject it on the node it was given."""
    return bool(_system_asked(pod)) or OS in pod.labels or _groups_policy(pod) == _STRICT


def of_its_kind(pod: PodInfo, info: NodeInfo) -> Rejection | None:
    """The rejection that no room helps against: another operating system, a runtime without a policy of groups."""
    node = info.node
    if node.system and OS in pod.labels and pod.labels[OS] != node.system:
        told = f"Failed to admit pod as the `{OS}` label doesn't match node label"
        return Rejection("PodOSSelectorNodeLabelDoesNotMatch", told)
    wanted = _system_asked(pod)
    if node.system and wanted and wanted != node.system:
        return Rejection("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    if _groups_policy(pod) == _STRICT and node.knows_groups_policy is False:
        told = f"SupplementalGroupsPolicy={_STRICT} is not supported in this node"
        return Rejection("SupplementalGroupsPolicyNotSupported", told)
    return None


def _system_asked(pod: PodInfo) -> str:
    return fields.text(fields.mapping(fields.mapping(pod.value, "spec"), "os"), "name")


def _groups_policy(pod: PodInfo) -> str:
    return fields.text(fields.mapping(fields.mapping(pod.value, "spec"), "securityContext"), "supplementalGroupsPolicy")


def _lacks(pod: PodInfo, info: NodeInfo) -> Iterator[Lack]:
    """Amounts that are not there; an extended resource that the node does not know of is none of the kubelet's."""
    for lack in node_resources_fit.lacks(pod, info):
        if lack.name in info.node.allocatable or "/" not in lack.name:
            yield lack


def _predicates(pod: PodInfo, info: NodeInfo) -> Iterator[Rejection]:
    if not node_affinity.matches_required(pod, info.node):
        yield _failed("NodeAffinity", _NOT_MATCHED)
    if node_ports.fits(pod, info, None) is not None:
        yield _failed("NodePorts", _NO_PORTS)
    if not is_static(pod) and untolerated_of(pod, info, ("NoExecute",)) is not None:
        yield _failed("TaintToleration", _NOT_TOLERATED)


def _failed(predicate: str, told: str) -> Rejection:
    return Rejection(predicate, f"Predicate {predicate} failed: {told}")


def _short_of(lack: Lack) -> Rejection:
    amounts = f"requested: {lack.requested}, used: {lack.used}, capacity: {lack.capacity}"
    return Rejection(f"OutOf{lack.name}", f"Node didn't have enough resource: {lack.name}, {amounts}")
