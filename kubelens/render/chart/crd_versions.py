"""The API versions that CustomResourceDefinitions declare, as ``.Capabilities.APIVersions`` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelens.syntax.place import child
from kubelens.syntax.tree import Document, Node, Scalar, Sequence, resolve


def declared_versions(documents: Iterable[Document]) -> list[str]:
    """``group/version`` and ``group/version/Kind`` of each version that a definition among documents serves."""
    found: dict[str, None] = {}
    for document in documents:
        if _text(_at(document.root, "kind")) == "CustomResourceDefinition":
            found.update(dict.fromkeys(_versions(_at(document.root, "spec"))))
    return list(found)


def _versions(spec: Node | None) -> Iterator[str]:
    group, kind = _text(_at(spec, "group")), _text(_at(_at(spec, "names"), "kind"))
    versions = resolve(_at(spec, "versions"))
    for version in versions.items if isinstance(versions, Sequence) else ():
        if _text(_at(version, "served")) == "true":
            name = _text(_at(version, "name"))
            yield f"{group}/{name}"
            yield f"{group}/{name}/{kind}"


def _at(node: Node | None, key: str) -> Node | None:
    return child(node, key)[1]


def _text(node: Node | None) -> str:
    target = resolve(node)
    return target.text if isinstance(target, Scalar) else ""
