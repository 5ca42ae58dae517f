"""NodeDeclaredFeatures: Pods that need something of the kubelet go only where the node says that it has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, Status, refused
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

RESTART_ALL: Final = "RestartAllContainersOnContainerExits"
"""Every kubelet of 1.36 has it by default."""
_HOST_NETWORK: Final = "UserNamespacesHostNetworkSupport"


def required_features(spec: Mapping[str, Any]) -> frozenset[str]:
    """The features of 1.36 that a Pod's spec asks for (``nodedeclaredfeatures`` ``InferForPodScheduling``)."""
    found: set[str] = set()
    for key in ("containers", "initContainers"):
        for _, container in fields.items(spec, key):
            rules = (rule for _, rule in fields.items(container, "restartPolicyRules"))
            if any(rule.get("action") == "RestartAllContainers" for rule in rules):
                found.add(RESTART_ALL)
    if spec.get("hostNetwork") is True and spec.get("hostUsers") is False:
        found.add(_HOST_NETWORK)
    return frozenset(found)


def prefilter(pod: PodInfo, _: ClusterState) -> PreFilterResult:
    """(scheduler, NodeDeclaredFeatures.PreFilter)."""
    wanted = required_features(fields.mapping(pod.value, "spec"))
    return PreFilterResult(wanted) if wanted else SKIP


def fits(_: PodInfo, info: NodeInfo, wanted: Any) -> Status | None:
    """(scheduler, NodeDeclaredFeatures.Filter): against ``status.declaredFeatures``."""
    if wanted <= info.node.declared_features:
        return None
    return refused("node(s) didn't match Pod's required features", resolvable=False)


PLUGIN = Plugin("NodeDeclaredFeatures", prefilter, fits)
