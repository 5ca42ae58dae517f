"""What an expression of an admission policy sees of a request, as far as manifests tell.

Follows apiserver ``pkg/admission/plugin/cel`` (``object``, ``oldObject``, ``request``, ``namespaceObject``, ``params``,
``variables``). What only a cluster knows (``authorizer``, ``request.userInfo``, a Namespace that no manifest holds) is named
where an expression asks for it: ``Unmodelled``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.cel.evaluate import Unmodelled, program
from kubelens.cel.values import Unknown
from kubelens.kube.bundle import Bundle
from kubelens.kube.definitions import Standing
from kubelens.kube.resource import Resource
from kubelens.kube.scope import CLUSTER_SCOPED

_UNKNOWN_OF_REQUEST: Final = ("userInfo", "uid", "options")


class Scope(dict[str, Any]):
    """Names and values; ``unknown`` names are there, and asking for one raises ``Unmodelled`` with the reason.

    A plain copy, as macros make them, knows them too.
    """

    def __init__(self, values: Mapping[str, Any], unknown: Mapping[str, str]) -> None:
        super().__init__(values)
        self.update({name: Unknown(why) for name, why in unknown.items()})
        self.unknown = unknown

    def __getitem__(self, name: str) -> Any:
        if name in self.unknown:
            raise Unmodelled(self.unknown[name])
        return super().__getitem__(name)


class Variables(dict[str, Any]):
    """The ``variables`` of a policy: each is evaluated when it is asked for first, and may use those before it."""

    def __init__(self, expressions: Mapping[str, str], scope: Scope) -> None:
        super().__init__()
        self._expressions = expressions
        self._scope = scope

    def __contains__(self, name: object) -> bool:
        return name in self._expressions

    def __getitem__(self, name: str) -> Any:
        if not super().__contains__(name):
            self[name] = program(self._expressions[name]).evaluate(self._scope)
        return super().__getitem__(name)


def scope_of(resource: Resource, value: Any, old: Any, bundle: Bundle) -> Scope:
    """The names for one object: ``value`` as it would be stored, ``old`` what it replaces or None."""
    gvk = resource.gvk
    kind = {"group": gvk.group, "version": gvk.version, "kind": gvk.kind}
    plural = {"group": gvk.group, "version": gvk.version, "resource": plural_of(resource)}
    request = {
        "kind": kind,
        "requestKind": kind,
        "resource": plural,
        "requestResource": plural,
        "subResource": "",
        "requestSubResource": "",
        "dryRun": False,
        "name": resource.name,
        "namespace": "" if is_cluster_scoped(resource) else resource.namespace,
        "operation": "CREATE" if old is None else "UPDATE",
    }
    unknown = {"authorizer": "authorizer asks the cluster who may do what"}
    names: dict[str, Any] = {
        "object": plain(value),
        "oldObject": plain(old),
        "request": Scope(request, {k: f"request.{k} is known when a request is made" for k in _UNKNOWN_OF_REQUEST}),
    }
    space = bundle.namespace_near(resource.namespace, resource)
    if is_cluster_scoped(resource):
        names["namespaceObject"] = None
    elif space is not None and not space.partial:
        labels = {"labels": bundle.namespace_labels(resource.namespace, resource)}
        names["namespaceObject"] = plain({**space.value, "metadata": {**space.metadata, **labels}})
    else:
        unknown["namespaceObject"] = f"Namespace {resource.namespace!r} is not among the manifests"
    _hide_made_up_name(resource, names["object"])
    return Scope(names, unknown)


def _hide_made_up_name(resource: Resource, value: Any) -> None:
    """A name that the server makes of ``generateName`` is there, and nobody knows which (``rest.BeforeCreate``)."""
    metadata = value.get("metadata") if isinstance(value, dict) and not resource.name else None
    if isinstance(metadata, dict) and metadata.get("generateName") and metadata.get("name"):
        why = f"the server makes up a name after {metadata['generateName']!r}"
        value["metadata"] = Scope(metadata, {"name": why})


def is_cluster_scoped(resource: Resource) -> bool:
    """Whether an object has no namespace."""
    definition = resource.definition
    if definition is not None and definition.standing not in (Standing.CATALOGED, Standing.LOCATED):
        return definition.cluster_scoped
    return (resource.gvk.group, resource.kind) in CLUSTER_SCOPED


def plural_of(resource: Resource) -> str:
    """The resource that a kind is served as (meta.UnsafeGuessKindToResource for built-in kinds)."""
    if resource.definition is not None:
        names = resource.definition.spec.get("names")
        if isinstance(names, dict) and isinstance(names.get("plural"), str):
            return str(names["plural"])
    word = resource.kind.lower()
    if word.endswith("endpoints"):
        return word
    if word.endswith("s"):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def plain(value: Any) -> Any:
    """A value of a manifest as CEL holds it."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value
