"""Names that stand in fields of other kinds: granted objects, listeners, monitored ports, namespaces, kinds, hosts in texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.authorization import plural
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.definitions import Definition
from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.kube.selector import label_selector
from kubelens.predict.references.graph import values_at
from kubelens.syntax.place import Step
from kubelens_lsp.existing import NAMES
from kubelens_lsp.occurrence import Occurrence, Symbol

NAMESPACE_NAME: Final = "kubernetes.io/metadata.name"
_PARENTS: Final = "spec.parentRefs[]"
_HOST: Final = re.compile(r"(?<![\w.-])([a-z](?:[-a-z0-9]*[a-z0-9])?)\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.svc(?![\w-])")
"""``NAME.NAMESPACE.svc`` in a text."""


def further_occurrences(resource: Resource, bundle: Bundle) -> Iterator[Occurrence]:
    """The names of an object that the table of references does not hold."""
    if resource.partial:
        return
    yield from _listeners(resource)
    yield from _namespaces(resource)
    if resource.kind == "Role":
        yield from _granted(resource)
    elif resource.kind == "ServiceMonitor":
        yield from _monitored(resource, bundle)
    yield from _own_kind(resource, bundle)
    yield from _hosts(resource)


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
    for service in bundle.all("Service"):
        known = read_service(service)
        if known is None or not selector.matches(service.labels):
            continue
        if chosen.get("any") is not True and service.namespace not in namespaces:
            continue
        names = {port.name for port in known.ports}
        for index, endpoint in fields.items(monitor.spec, "endpoints"):
            if (name := fields.text(endpoint, "port")) in names and name:
                symbol = Symbol("Service port", f"{service.namespace}/{service.name}", name)
                yield Occurrence(symbol, monitor.place.at("spec", "endpoints", index, "port"), False)


def _namespaces(resource: Resource) -> Iterator[Occurrence]:
    """Namespaces in ``namespace`` fields and in selectors by the label that the API server gives them."""
    for value, path in _texts(resource.value, ()):
        last = path[-1]
        if (last == "namespace" and path != ("metadata", "namespace")) or (
            last == NAMESPACE_NAME and path[-2:-1] == ("matchLabels",)
        ):
            yield Occurrence(Symbol("Namespace", "", value), resource.place.at(*path), False)


def _own_kind(resource: Resource, bundle: Bundle) -> Iterator[Occurrence]:
    """A custom resource's kind, which names its definition; fields of its own that are called as Kubernetes' are."""
    if schemas(NEWEST).kind(resource.gvk) is not None:
        return
    for definition in bundle.all("CustomResourceDefinition"):
        if Definition(definition.value).slot == (resource.gvk.group, resource.kind):
            symbol = Symbol("CustomResourceDefinition", "", definition.name)
            yield Occurrence(symbol, resource.place.at("kind"), False)
    for value, path in _texts(resource.value, ()):
        around = [step for step in path if isinstance(step, str)]
        kind = NAMES.get((around[-2], around[-1])) if len(around) > 1 else None
        if kind in ("Secret", "ConfigMap"):
            yield Occurrence(Symbol(kind, resource.namespace, value), resource.place.at(*path), False, likely=True)


def _hosts(resource: Resource) -> Iterator[Occurrence]:
    """Services that a text names by their full name in the cluster's DNS."""
    for value, path in _texts(resource.value, ()):
        for found in _HOST.finditer(value) if ".svc" in value else ():
            yield Occurrence(Symbol("Service", found[2], found[1]), resource.place.at(*path), False, likely=True)


def _texts(value: Any, path: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Every text of an object with its path."""
    stack: list[tuple[Any, tuple[Step, ...]]] = [(value, path)]
    while stack:
        one, at = stack.pop()
        if isinstance(one, Mapping):
            stack.extend((inner, (*at, key)) for key, inner in one.items() if isinstance(key, str))
        elif isinstance(one, list):
            stack.extend((inner, (*at, index)) for index, inner in enumerate(one))
        elif isinstance(one, str) and at:
            yield one, at
