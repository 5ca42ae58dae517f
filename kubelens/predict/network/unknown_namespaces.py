"""Labels of namespaces that policies ask for, where the Namespace is not among the manifests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelens.kube.bundle import Bundle
from kubelens.kube.cluster_network_policy import ClusterPolicy, SelectedPods
from kubelens.kube.network_policy import NetworkPolicy, PodPeers
from kubelens.kube.selector import Selector
from kubelens.predict.api import Assumption


def namespace_selectors(policies: Iterable[NetworkPolicy], direction: str) -> Iterator[Selector]:
    """What NetworkPolicies ask of the namespaces of the other end."""
    for policy in policies:
        for rule in policy.rules(direction) or ():
            yield from (p.namespaces for p in rule.peers if isinstance(p, PodPeers) and p.namespaces is not None)


def namespace_selectors_of_cluster(policies: Iterable[ClusterPolicy]) -> Iterator[Selector]:
    """What cluster-wide policies ask of the namespaces of either end."""
    for policy in policies:
        if policy.subject is not None:
            yield policy.subject.namespaces
        for rule in (*policy.ingress, *policy.egress):
            yield from (peer.namespaces for peer in rule.peers if isinstance(peer, SelectedPods))


def labels_taken_for_absent(
    bundle: Bundle, namespaces: Iterable[str], selectors: Iterable[Selector]
) -> Iterator[Assumption]:
    """One assumption for each namespace of whose labels nobody knows, and on whose labels it depends who is selected."""
    asked = list(dict.fromkeys(selectors))
    for namespace in dict.fromkeys(namespaces):
        if bundle.get("Namespace", "", namespace, group="") is not None:
            continue
        labels = bundle.namespace_labels(namespace)
        open_ones = (s for s in asked if all(r.matches(labels) for r in s.requirements if r.key in labels))
        keys = sorted({r.key for s in open_ones for r in s.requirements if r.key not in labels})
        if keys:
            yield Assumption(f"Namespace {namespace}, not among the files, has no label {' and no label '.join(keys)}")
