"""What an object is one of, and what is one of it: definitions and their objects, classes and those who name them, Services and
Pods, kustomizations and those that take them in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.definitions import Definition
from kubelens.kube.resource import Resource
from kubelens_lsp.names import names_of, occurrences
from kubelens_lsp.occurrence import Symbol
from kubelens_lsp.view import View

CLASSES: Final = frozenset(
    {
        "IngressClass",
        "StorageClass",
        "GatewayClass",
        "PriorityClass",
        "RuntimeClass",
        "VolumeSnapshotClass",
        "VolumeAttributesClass",
        "DeviceClass",
        "CustomResourceDefinition",
    }
)


def above(view: View, resource: Resource) -> list[Resource]:
    """The definition of an object's kind and the classes that it names."""
    symbols = {one.symbol: None for one in names_of(view, resource) if one.symbol.kind in CLASSES and not one.defines}
    return _once(
        found
        for symbol in symbols
        for found in view.snapshot.bundle.all(symbol.kind)
        if found.name == symbol.name and found is not resource
    )


def below(view: View, resource: Resource) -> list[Resource]:
    """The objects of a definition's kind, and those that name a class."""
    if resource.kind == "CustomResourceDefinition":
        group, kind = Definition(resource.value).slot
        return [one for one in view.snapshot.bundle.all(kind) if one.gvk.group == group]
    if resource.kind not in CLASSES:
        return []
    found = occurrences(view, [Symbol(resource.kind, resource.namespace, resource.name)])
    owners = (view.snapshot.object_at(one.place) for one in found if not one.defines)
    return _once(owner for owner in owners if owner is not None)


def _once(found: Iterator[Resource]) -> list[Resource]:
    return list({id(one): one for one in found}.values())
