"""Init containers that wait for the Service of their own Pods.

A Pod is an endpoint once it is Ready, and Ready once its init containers are done (``kuberuntime_manager.go``
computePodActions): where nothing else stands behind the Service, the first Pod waits for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import Service, read_service
from kubelens.kube.pod import PodSpec
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, labels_in, read_workload, selected_workloads
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.standing import StandingPodsOf
from kubelens.syntax.pattern import pattern

_WAITS: Final = pattern(r"\b(until|while|wait-for|wait_for|dockerize|wait4x|wait-for-it)\b|--wait|-wait ")
_CONNECTS: Final = pattern(
    r"\b(nc|ncat|curl|wget|telnet|pg_isready|redis-cli|mysqladmin|grpcurl|wait-for\S*|wait4x|dockerize|/dev/tcp)\b"
)
_CHOOSES: Final = pattern(r"\bif\b|\bcase\b|ordinal|hostname|&&|\|\|", re.IGNORECASE)
"""What lets the first Pod do something else than the others."""
_LOOKS_UP: Final = pattern(r"\b(nslookup|dig|getent|host|ping)\b")
"""What waits for a name alone: a headless Service has one only while a Pod is ready."""
_FOR_EVER: Final = pattern(
    r"^\s*(?:set -\w+\s*[;\n]\s*)?until\s+(?:nc|ncat|curl|wget|telnet|pg_isready|redis-cli|mysqladmin|nslookup)\b[^;\n|&]*"
    r"(?:\d?>\s*(?:&\d|/dev/null)\s*|&>\s*/dev/null\s*|[^;\n|&])*[;\n]\s*do\b(?:(?!\bdone\b|[|&(]).)*\bdone\s*;?\s*$",
    re.DOTALL,
)
_ENDS_SOONER: Final = pattern(r"\b(break|exit|return|kill|timeout)\b")


class Wait(Struct, frozen=True, eq=False):
    """A word of an init container's command, at ``field`` and ``index`` of the container at ``path``, that waits for a Service.

    ``for_ever``: it is a loop that nothing else ends.
    """

    container: str
    path: tuple[str | int, ...]
    field: str
    index: int
    service: Service
    for_ever: bool


def waits_in(pod: PodSpec, name: str, services: Iterable[Service]) -> Iterator[Wait]:
    """The words of a Pod's init containers that wait for one of some Services; ``name``: that of their workload."""
    known = list(services)
    for container in pod.containers:
        if container.role != "init":
            continue
        for field in ("command", "args"):
            for index, text in enumerate(fields.texts(container.value, field)):
                if not may_wait(text):
                    continue
                for service in known:
                    if _names(text, service, name) and (_CONNECTS.search(text) or service.headless):
                        for_ever = bool(_FOR_EVER.search(text)) and not _ENDS_SOONER.search(text)
                        yield Wait(container.name, container.path, field, index, service, for_ever)


def may_wait(text: str) -> bool:
    """Whether a word of a command waits for something on a network."""
    return bool(_WAITS.search(text) and (_CONNECTS.search(text) or _LOOKS_UP.search(text)))


def own_services(workload: Workload, bundle: Bundle) -> Iterator[Service]:
    """The Services of the namespace behind which nothing but the workload's Pods stand, ready ones only."""
    labels = labels_in(bundle, workload.resource)
    for resource in bundle.all("Service", workload.namespace):
        service = read_service(resource)
        if service is None or resource.partial or service.selector is None:
            continue
        if resource.spec.get("publishNotReadyAddresses") is True or not service.selector.matches(labels):
            continue
        behind = [one.resource for one in selected_workloads(bundle, service.selector, workload.namespace)]
        if behind == [workload.resource]:
            yield service


class WaitsForItself(Struct, frozen=True):
    """Which init container of a workload's Pods waits for ever for a Service behind which nothing but these stand?"""

    workload: Resource

    def answer(self, ask: Ask) -> Prediction[str]:
        """A sentence; ``""`` where none does, and where Pods of it are there already: they may be Ready."""
        view = read_workload(self.workload)
        if view is None or not any(may_wait(text) for text in _words(view.pod)):
            return Prediction("")
        there = ask(StandingPodsOf(view.namespace)).answer
        if (view.kind, view.name) in there:
            return Prediction("")
        found = waits_in(view.pod, view.name, own_services(view, ask.bundle))
        return Prediction(next((told(one) for one in found if one.for_ever), ""))


def told(wait: Wait) -> str:
    """What is said of a wait for oneself."""
    return f"init container '{wait.container}' waits for its own Pods, behind Service '{wait.service.name}'"


def _words(pod: PodSpec) -> Iterator[str]:
    for container in pod.containers:
        if container.role == "init":
            for field in ("command", "args"):
                yield from fields.texts(container.value, field)


def _names(text: str, service: Service, workload: str) -> bool:
    """Whether a command names the Service, or the Pod below it that is made first, whichever Pod runs it."""
    first = rf"(?:{re.escape(workload)}-0\.)?" if not _CHOOSES.search(text) else ""
    return (
        re.search(
            rf"(?<![\w.-]){first}{re.escape(service.name)}(?:\.{re.escape(service.namespace)}(?:\.svc\S*)?)?(?![\w.-])",
            text,
        )
        is not None
    )
