"""``PeerMissesOf``: peers of a NetworkPolicy that no Pod can be, beside Pods or a namespace that are meant."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.network_policy import NetworkPolicy, PodPeers, read_network_policy
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, Requirement, Selector
from kubelens.kube.workload import labelled_workloads, selected_workloads
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.pods_index import index_of
from kubelens.predict.references.presence import one_slip

NAMED = "kubernetes.io/metadata.name"


class PeerMiss(Struct, frozen=True, eq=False):
    """A peer, what it asks for, and what is meant.

    ``meant`` is a workload of the namespace that is looked in (``asked`` is a slip away from its label), one of another
    namespace whose labels fit, or a Namespace that lacks the label ``asked``.
    """

    peer: PodPeers
    asked: Requirement
    meant: Resource


class PeerMissesOf(Struct, frozen=True):
    """Which peers of a NetworkPolicy match nothing, beside what is meant?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[PeerMiss, ...]]:
        """In the order of its rules; none where what is meant is not clear."""
        policy = read_network_policy(self.resource)
        if policy is None or self.resource.partial:
            return Prediction(())
        return Prediction(tuple(_misses(policy, ask.bundle)))


def _misses(policy: NetworkPolicy, bundle: Bundle) -> Iterator[PeerMiss]:
    for rule in (*(policy.ingress or ()), *(policy.egress or ())):
        for peer in rule.peers:
            if not isinstance(peer, PodPeers):
                continue
            if peer.namespaces is not None:
                miss = _namespace(peer, peer.namespaces, bundle)
            elif peer.pods.is_empty or peer.pods.nothing or index_of(bundle).any_pod(peer.pods, policy.namespace):
                continue
            else:
                miss = _pods(peer, policy.namespace, bundle)
            if miss is not None:
                yield miss


def _pods(peer: PodPeers, namespace: str, bundle: Bundle) -> PeerMiss | None:
    """Pods of the policy's namespace that a slip keeps out, else Pods of another one that have all that is asked for."""
    if index_of(bundle).made_elsewhere(peer.pods, namespace):
        return None
    single = [one for one in peer.pods.requirements if one.operator is Operator.IN and len(one.values) == 1]
    for asked in single:
        others = Selector(tuple(one for one in peer.pods.requirements if one is not asked))
        close = (
            selected_workloads(bundle, others, namespace)
            if others.requirements
            else labelled_workloads(bundle, asked.key, namespace)
        )
        for workload in close:
            if one_slip(asked.values[0], workload.pod.labels.get(asked.key, "")):
                return PeerMiss(peer, asked, workload.resource)
    if len(single) != len(peer.pods.requirements):
        return None
    elsewhere = [
        workload
        for other in bundle.namespaces
        if other != namespace
        for workload in selected_workloads(bundle, peer.pods, other)
        if workload.resource.metadata.get("namespace")
    ]
    named = {workload.resource.namespace for workload in elsewhere}
    return PeerMiss(peer, single[0], elsewhere[0].resource) if len(named) == 1 else None


def _namespace(peer: PodPeers, selector: Selector, bundle: Bundle) -> PeerMiss | None:
    """The Namespace that is meant by its name in a label which no Namespace of the manifests has."""
    asked = selector.requirements[0] if len(selector.requirements) == 1 else None
    if asked is None or asked.operator is not Operator.IN or len(asked.values) != 1 or asked.key == NAMED:
        return None
    meant = bundle.get("Namespace", "", asked.values[0])
    if meant is None or meant.partial or bundle.is_patched(meant) or asked.key in meant.labels:
        return None
    carried = any(asked.key in one.labels for one in bundle.all("Namespace", group=""))
    return None if carried else PeerMiss(peer, asked, meant)
