"""What to know of a look-up beside its answer: whose nameserver is asked, and when Pods are listed."""

from __future__ import annotations

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import read_service
from kubelens.kube.pod_labels import selects
from kubelens.kube.workload import Workload

_POLICIES = ("", "ClusterFirst")


def at_the_nodes_resolver(workload: Workload, bundle: Bundle, name: str) -> str:
    """Why a Pod that asks its node's resolver finds no name of the cluster (kubelet ``GetPodDNS``); ``""`` for others."""
    pod = workload.pod
    policy = fields.text(pod.value, "dnsPolicy")
    first = name.partition(".")[0]
    known = any(r.name == first for r in bundle.all("Service", group=""))
    if known and policy == "Default":
        instead = "ClusterFirstWithHostNet" if pod.host_network else "ClusterFirst"
        return f"dnsPolicy: Default asks the node's nameservers, which do not know Services: write dnsPolicy: {instead}"
    if not known or not pod.host_network or policy not in _POLICIES:
        return ""
    return (
        "Pods on the host network ask the node's nameservers, which do not know Services: "
        "write dnsPolicy: ClusterFirstWithHostNet"
    )


def before_it_is_ready(workload: Workload, bundle: Bundle, name: str) -> str:
    """When the names of a headless Service are there for the Pods of that very Service, ``""`` for other askers."""
    labels = name.rstrip(".").split(".")
    for candidate in labels[:2]:
        found = bundle.get("Service", workload.namespace, candidate, group="")
        service = read_service(found) if found is not None else None
        if service is None or service.selector is None or found is None:
            continue
        if not service.headless or fields.boolean(found.spec, "publishNotReadyAddresses"):
            continue
        if selects(service.selector, workload.pod.labels, workload.resource):
            return (
                f"a Pod of {workload.kind} {workload.name} is listed only once it is Ready: what it asks for before that "
                "finds nobody (publishNotReadyAddresses: true lists them at once)"
            )
    return ""
