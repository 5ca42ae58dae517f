"""Services and Pods with one port each that are meant for each other and do not meet."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import PortByNumber, ServicePort, read_service
from kubelens.kube.pod import ContainerPort
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, selected_workloads
from kubelens.rules.layout import share_a_namespace
from kubelens.rules.references._served_by_words import says_port
from kubelens.syntax.pattern import pattern

_BESIDE: Final = pattern("metrics|prometheus|health|webhook|debug|profil")
"""Names of what programs serve beside what they are for, and seldom declare."""


class OnlyPortMeant(Struct, frozen=True):
    """A Service's only port, the number it sends to, and the only port that its Pods declare."""

    port: ServicePort
    sends_to: int
    workload: Workload
    declared: ContainerPort


def only_port_meant(resource: Resource, bundle: Bundle) -> OnlyPortMeant | None:
    """The ports that are meant for each other; None where they meet, or leave a choice."""
    service = read_service(resource)
    if service is None or resource.partial or service.selector is None or len(service.ports) != 1:
        return None
    port = service.ports[0]
    if not isinstance(port.target, PortByNumber) or _BESIDE.search(f"{service.name} {port.name}"):
        return None
    pods = [
        pod
        for pod in selected_workloads(bundle, service.selector, service.namespace)
        if share_a_namespace(pod.resource, resource, bundle)
    ]
    declared = [(pod, _only_port(pod, bundle)) for pod in pods]
    if len({(one.number, one.protocol) if one is not None else None for _, one in declared}) != 1:
        return None
    workload, only = declared[0]
    if only is None or only.protocol != port.protocol or only.number == port.target.number:
        return None
    if any(says_port(container, port.target.number) for pod in pods for container in pod.pod.running_containers()):
        return None
    return OnlyPortMeant(port, port.target.number, workload, only)


def _only_port(workload: Workload, bundle: Bundle) -> ContainerPort | None:
    """The only port of the only container of a workload's Pods."""
    running = list(workload.pod.running_containers())
    if len(running) != 1 or len(running[0].ports) != 1 or bundle.is_patched(workload.resource):
        return None
    port = running[0].ports[0]
    return port if port.number else None
