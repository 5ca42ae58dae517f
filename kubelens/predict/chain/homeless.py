"""``Homeless``: Pods that are let in and that no node takes, where the nodes are known."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import read_node
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.admitted import AdmittedPods


class Homeless(Struct, frozen=True):
    """Which Pods stay Pending for want of a node? They have no address, and nothing reaches them."""

    def answer(self, ask: Ask) -> Prediction[Mapping[str, str]]:
        """``namespace/name`` of each, with the scheduler's message; none where the manifests hold no Node."""
        if not ask.bundle.all("Node", group=""):
            return Prediction({})
        from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - the scheduler, only where there are nodes

        placed = ask(Placed())
        found = {p.pod.key: p.message for p in placed.answer.placements if not p.chosen}
        return Prediction(found, assumptions=placed.assumptions if found else ())


def none_has_a_node(ask: Ask, admitted: AdmittedPods) -> str:
    """Why no node takes any of a workload's Pods, ``""`` where one is placed or no Node is among the manifests."""
    nodes = [read_node(r.value) for r in ask.bundle.all("Node", group="")]
    homeless = ask(Homeless()).answer
    is_daemon = admitted.owner.kind == "DaemonSet"
    if not nodes or not (homeless or is_daemon):
        return ""
    found = ""
    for pod in admitted.pods(nodes):
        key = f"{admitted.owner.namespace}/{fields.text(fields.mapping(pod, 'metadata'), 'name')}"
        if key not in homeless:
            return ""
        found = found or homeless[key]
    return found or (f"it may run on none of the {len(nodes)} nodes" if is_daemon else "")
