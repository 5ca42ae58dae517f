"""The Pods behind a selector as controllers of endpoints see them: with a name, addresses, a node, and whether Ready.

Pods that stand among the manifests with their status are taken as they are. Those that workloads are yet to bring are the
ones that the API server lets in, with words in place of addresses (``<IPv4 of Pod web-0>``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector
from kubelens.kube.workload import Workload, selected_workloads
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.chain.admitted import Admitted, AdmittedPods
from kubelens.predict.chain.hooks import left_for_its_moment
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.chain.quota_room import most_pods
from kubelens.predict.chain.standing import StandingPodsOf, is_made_by_another
from kubelens.predict.kubelet.never_ready import NeverReady

MOST_PODS: Final = 1000
"""Of one workload: as many as an Endpoints object holds."""
FAMILIES: Final = ("IPv4", "IPv6")
EACH_NODE: Final = "-<each node>"
"""How the name of a DaemonSet's Pod ends that stands for all of them, where no node is known."""

Object = Mapping[str, Any]


class StandingPods(Struct, frozen=True, eq=False):
    """Pods; ``assumed``: some are taken for Ready without a word of it; ``refusals``: why workloads bring none.

    ``taken``: what is taken for granted where those that workloads are yet to bring are let in.
    """

    pods: tuple[Object, ...]
    assumed: bool
    refusals: tuple[str, ...]
    taken: tuple[Assumption, ...] = ()


def standing_pods(ask: Ask, selector: Selector, namespace: str, nodes: Mapping[str, Node]) -> StandingPods:
    """The Pods of a namespace that a selector matches; of DaemonSets one on each node that is to run one."""
    there = ask(StandingPodsOf(namespace)).answer
    found: list[Object] = []
    refusals: list[str] = []
    bringing: list[Resource] = []
    to_come: list[Assumption] = []
    assumed = False
    for workload in selected_workloads(ask.bundle, selector, namespace):
        if (
            workload.kind == "CronJob"
            or left_for_its_moment(workload.resource)
            or (workload.kind != "Pod" and is_made_by_another(workload.resource, ask.bundle))
        ):
            continue
        if workload.kind == "Pod" and fields.mapping(workload.resource.value, "status"):
            found.append(_written(workload.resource))
            continue
        admitted = ask(Admitted(workload.resource)).answer
        if (workload.kind, workload.name) in there:
            to_come += _yet_to_come(ask, admitted, nodes)
            continue
        if admitted.denial is not None:
            refusals.append(admitted.refusal)
            continue
        most = most_pods(workload.resource, ask)
        bound = MOST_PODS if most is None else min(most, MOST_PODS)
        never = ask(NeverReady(workload.resource)).answer
        brought = list(islice(_brought(admitted, workload, selector, nodes, ready=not never), bound))
        if never:
            refusals.append(f"{workload.kind} {workload.namespace}/{workload.name} is never ready: {never}")
        bringing += [workload.resource] if brought else []
        assumed = assumed or bool(brought and not never)
        found += brought
    return StandingPods(tuple(found), assumed, tuple(refusals), (*to_come, *taken_to_let_in(ask, bringing)))


def _yet_to_come(ask: Ask, admitted: AdmittedPods, nodes: Mapping[str, Node]) -> Iterator[Assumption]:
    """That Pods which a workload is yet to make beside those that stand are not counted."""
    from kubelens.predict.chain.placed import missing_pods  # noqa: PLC0415 - only where Pods stand

    owner = admitted.owner
    count = sum(1 for _ in missing_pods(ask, admitted, list(nodes.values()), most_pods(owner, ask)))
    if count:
        yield Assumption(
            f"{owner.key} has the Pods that stand among the files: "
            f"{'one more that it is' if count == 1 else f'{count} more that it is'} yet to make "
            f"{'is' if count == 1 else 'are'} not counted"
        )


def _written(resource: Resource) -> Object:
    return {**resource.value, "metadata": {**resource.metadata, "namespace": resource.namespace}}


def _brought(
    admitted: AdmittedPods, workload: Workload, selector: Selector, nodes: Mapping[str, Node], *, ready: bool
) -> Iterator[Object]:
    """The Pods of a workload, all ``ready`` or none; labels whose values only the cluster knows are what the selector asks for."""
    made_up = admitted.made.made_up if admitted.made is not None else frozenset()
    wanted = {r.key: r.values[0] for r in selector.requirements if r.key in made_up and len(r.values) == 1}
    pods: Iterator[Object] = admitted.pods(nodes.values())
    if workload.kind == "DaemonSet" and not nodes and admitted.pod is not None:
        named = {**admitted.pod["metadata"], "name": f"{workload.name}{EACH_NODE}"}
        pods = iter([{**admitted.pod, "metadata": named}])
    for pod in pods:
        metadata = fields.mapping(pod, "metadata")
        labels = {**fields.mapping(metadata, "labels"), **wanted}
        status = _status(fields.text(metadata, "name"), host=workload.pod.host_network, ready=ready)
        yield {**pod, "metadata": {**metadata, "labels": labels}, "spec": _with_node(pod), "status": status}


def _with_node(pod: Object) -> Mapping[str, Any]:
    """A DaemonSet's Pod is bound to its node by an affinity; the others' are where they are placed."""
    spec = fields.mapping(pod, "spec")
    required = fields.at(
        spec, ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms", 0)
    )
    for _, field in fields.items(required, "matchFields") if isinstance(required, dict) else ():
        if field.get("key") == "metadata.name" and len(fields.texts(field, "values")) == 1:
            return {**spec, "nodeName": fields.texts(field, "values")[0]}
    return spec


def _status(name: str, *, host: bool, ready: bool) -> dict[str, Any]:
    whose = f"the node of Pod {name}" if host else f"Pod {name}"
    return {
        "phase": "Running",
        "podIPs": [{"ip": f"<{family} of {whose}>"} for family in FAMILIES],
        "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
    }
