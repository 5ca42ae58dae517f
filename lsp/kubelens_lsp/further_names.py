"""Names that stand in fields of other kinds: granted objects, listeners, monitored ports, namespaces, kinds, hosts in texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.authorization import plural
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.definitions import Definition
from kubelens.kube.network import read_service
from kubelens.kube.references import CLUSTER_KINDS
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.kube.selector import label_selector
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.graph import values_at
from kubelens.syntax.place import Step
from kubelens_lsp.existing import NAMES
from kubelens_lsp.occurrence import Occurrence, Symbol
from kubelens_lsp.view import View

NAMESPACE_NAME: Final = "kubernetes.io/metadata.name"
_BY_FIELD: Final[Mapping[str, str]] = {
    "secretName": "Secret",
    "configMapName": "ConfigMap",
    "serviceAccountName": "ServiceAccount",
}
"""What fields of custom resources name that are called as everybody calls them."""
_PARENTS: Final = "spec.parentRefs[]"
_HOST: Final = re.compile(r"(?<![\w.-])([a-z](?:[-a-z0-9]*[a-z0-9])?)\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.svc(?![\w-])")
"""``NAME.NAMESPACE.svc`` in a text."""


class DefinitionNames(Struct, frozen=True):
    """The question: which CustomResourceDefinitions among the manifests declare a (group, kind)?"""

    local: ClassVar[bool] = False

    def answer(self, ask: Ask) -> Prediction[Mapping[tuple[str, str], tuple[str, ...]]]:
        """Names by what they declare."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for one in ask.bundle.all("CustomResourceDefinition"):
            slot = Definition(one.value).slot
            found[slot] = (*found.get(slot, ()), one.name)
        return Prediction(found)


def further_occurrences(resource: Resource) -> Iterator[Occurrence]:
    """The names of an object that the table of references does not hold, and that it alone decides."""
    if resource.partial:
        return
    yield from _listeners(resource)
    if resource.kind == "Role":
        yield from _granted(resource)
    for value, path in _texts(resource.value):
        for symbol, likely in _named_by(value, path):
            yield Occurrence(symbol, resource.place.at(*path), False, likely)


def likely_occurrences(resource: Resource) -> Iterator[Occurrence]:
    """What fields of a custom resource name by what they are called: as Kubernetes' own are, or with a kind beside a name."""
    if resource.partial or schemas(NEWEST).kind(resource.gvk) is not None:
        return
    for value, path in _texts(resource.value):
        around = [step for step in path if isinstance(step, str)]
        kind = NAMES.get((around[-2], around[-1])) if len(around) > 1 else None
        if kind not in ("Secret", "ConfigMap"):
            kind = _BY_FIELD.get(path[-1]) if isinstance(path[-1], str) else None
        if kind is not None and around[0] != "metadata":
            yield Occurrence(Symbol(kind, resource.namespace, value), resource.place.at(*path), False, True)
    for one, path in _mappings(resource.value):
        kind, name = one.get("kind"), one.get("name")
        if (
            isinstance(kind, str)
            and isinstance(name, str)
            and kind[:1].isupper()
            and name
            and path[:1] != ("metadata",)
        ):
            wide = kind in CLUSTER_KINDS or kind.startswith("Cluster")
            namespace = "" if wide else fields.text(one, "namespace") or resource.namespace
            yield Occurrence(Symbol(kind, namespace, name), resource.place.at(*path, "name"), False, True)


def occurrences_beside(view: View, resource: Resource) -> Iterator[Occurrence]:
    """The names of an object that mean something by what else there is: monitored ports, declared kinds."""
    if resource.partial:
        return
    if resource.kind == "ServiceMonitor":
        yield from _monitored(resource, view.snapshot.bundle)
    custom = schemas(NEWEST).kind(resource.gvk) is None
    declared = view.oracle(DefinitionNames()).answer if custom else {}
    for name in declared.get((resource.gvk.group, resource.kind), ()):
        yield Occurrence(Symbol("CustomResourceDefinition", "", name), resource.place.at("kind"), False)


def leans(resource: Resource) -> bool:
    """Whether names of an object mean something by what else there is."""
    if resource.partial:
        return resource.kind == "NetworkPolicy"
    return resource.kind in ("ServiceMonitor", "NetworkPolicy") or schemas(NEWEST).kind(resource.gvk) is None


def _granted(role: Resource) -> Iterator[Occurrence]:
    for index, rule in fields.items(role.value, "rules"):
        groups, resources = fields.texts(rule, "apiGroups"), fields.texts(rule, "resources")
        kinds = {_kinds().get((group, name.partition("/")[0])) for group in groups for name in resources}
        for number, name in enumerate(fields.texts(rule, "resourceNames")):
            for kind in sorted(kind for kind in kinds if kind):
                place = role.place.at("rules", index, "resourceNames", number)
                yield Occurrence(Symbol(kind, role.namespace, name), place, False)


@cache
def _kinds() -> Mapping[tuple[str, str], str]:
    """Kinds by group and the name by which rules of roles call them."""
    return {(one.group, plural(one.kind)): one.kind for one in schemas(NEWEST).kinds()}


def _listeners(resource: Resource) -> Iterator[Occurrence]:
    if resource.kind == "Gateway":
        for index, listener in fields.items(resource.spec, "listeners"):
            if name := fields.text(listener, "name"):
                symbol = Symbol("Gateway listener", f"{resource.namespace}/{resource.name}", name)
                yield Occurrence(symbol, resource.place.at("spec", "listeners", index, "name"), True)
        return
    for parent, path in values_at(resource.value, _PARENTS, ()):
        section = fields.text(parent, "sectionName") if isinstance(parent, Mapping) else ""
        if section and fields.text(parent, "kind") in ("", "Gateway"):
            scope = f"{fields.text(parent, 'namespace') or resource.namespace}/{fields.text(parent, 'name')}"
            yield Occurrence(Symbol("Gateway listener", scope, section), resource.place.at(*path, "sectionName"), False)


def _monitored(monitor: Resource, bundle: Bundle) -> Iterator[Occurrence]:
    """The ports of the Services that a ServiceMonitor scrapes, in its own namespace or those it names."""
    selector = label_selector(fields.optional_mapping(monitor.spec, "selector"))
    chosen = fields.mapping(monitor.spec, "namespaceSelector")
    namespaces = fields.texts(chosen, "matchNames") or [monitor.namespace]
    services = bundle.all("Service") if chosen.get("any") is True else _in(bundle, namespaces)
    for service in services:
        known = read_service(service)
        if known is None or not selector.matches(service.labels):
            continue
        names = {port.name for port in known.ports}
        for index, endpoint in fields.items(monitor.spec, "endpoints"):
            if (name := fields.text(endpoint, "port")) in names and name:
                symbol = Symbol("Service port", f"{service.namespace}/{service.name}", name)
                yield Occurrence(symbol, monitor.place.at("spec", "endpoints", index, "port"), False)


def _in(bundle: Bundle, namespaces: Iterable[str]) -> Iterator[Resource]:
    for namespace in dict.fromkeys(namespaces):
        yield from bundle.all("Service", namespace)


def _named_by(value: str, path: tuple[Step, ...]) -> Iterator[tuple[Symbol, bool]]:
    """(what a text names, whether only its form says so).

    Namespaces in ``namespace`` fields and in selectors by the label that the API server gives them, Services by their full
    name in the cluster's DNS.
    """
    last = path[-1]
    if path[-3:-1] == ("namespaceSelector", "matchNames"):
        yield Symbol("Namespace", "", value), False
    selects = last == NAMESPACE_NAME and path[-2:-1] == ("matchLabels",)
    if selects or (last == "namespace" and path != ("metadata", "namespace")):
        yield Symbol("Namespace", "", value), False
    for found in _HOST.finditer(value) if ".svc" in value else ():
        yield Symbol("Service", found[2], found[1]), True


def _mappings(value: Any) -> Iterator[tuple[Mapping[str, Any], tuple[Step, ...]]]:
    """Every map below an object with its path."""
    stack: list[tuple[Any, tuple[Step, ...]]] = [(value, ())]
    while stack:
        one, at = stack.pop()
        if isinstance(one, Mapping):
            stack.extend((inner, (*at, key)) for key, inner in one.items() if isinstance(key, str))
            if at:
                yield one, at
        elif isinstance(one, list):
            stack.extend((inner, (*at, index)) for index, inner in enumerate(one))


def _texts(value: Any) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Every text of an object with its path."""
    stack: list[tuple[Any, tuple[Step, ...]]] = [(value, ())]
    while stack:
        one, at = stack.pop()
        if isinstance(one, Mapping):
            stack.extend((inner, (*at, key)) for key, inner in one.items() if isinstance(key, str))
        elif isinstance(one, list):
            stack.extend((inner, (*at, index)) for index, inner in enumerate(one))
        elif isinstance(one, str) and at:
            yield one, at
