"""Fields of custom resources, as their CustomResourceDefinition describes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.definitions import Definition
from kubelens.kube.identity import GroupVersionKind
from kubelens.syntax.place import Step

Schema = Mapping[str, Any]


def custom_kinds(bundle: Bundle) -> Iterator[GroupVersionKind]:
    """The kinds that definitions among the manifests declare, in every version they serve."""
    for resource in bundle.all("CustomResourceDefinition"):
        definition = Definition(resource.value)
        group, kind = definition.slot
        for version in definition.versions:
            if group and kind:
                yield GroupVersionKind(group, version, kind)


def custom_schema(bundle: Bundle, gvk: GroupVersionKind) -> Schema | None:
    """The schema a definition among the manifests gives a kind, None where there is none."""
    for resource in bundle.all("CustomResourceDefinition"):
        definition = Definition(resource.value)
        if definition.slot == (gvk.group, gvk.kind):
            for _, version in fields.items(definition.spec, "versions"):
                if fields.text(version, "name") == gvk.version:
                    return fields.mapping(fields.mapping(version, "schema"), "openAPIV3Schema") or None
    return None


def schema_at(schema: Schema, path: Iterable[Step]) -> Schema | None:
    """The schema of a field; list items need no step of their own."""
    for step in path:
        if isinstance(step, int):
            continue
        while schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
            schema = schema["items"]
        inner = fields.mapping(schema, "properties").get(step)
        inner = inner if inner is not None else schema.get("additionalProperties")
        if not isinstance(inner, Mapping):
            return None
        schema = inner
    return schema


def inside(schema: Schema) -> Schema:
    """The schema of an item, for a list; others stay."""
    while schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        schema = schema["items"]
    return schema


def type_of(schema: Schema) -> str:
    """A field's type for people."""
    if schema.get("x-kubernetes-int-or-string"):
        return "integer or text"
    kind = str(schema.get("type") or "value")
    if kind == "array":
        return f"list of {type_of(fields.mapping(schema, 'items'))}"
    return {"string": "text", "object": "object"}.get(kind, kind)
