"""The API versions that CustomResourceDefinitions declare, as ``.Capabilities.APIVersions`` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.values import documents
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.place import child
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Node, Scalar, Sequence, resolve


def declared_versions(texts: Iterable[str]) -> list[str]:
    """``group/version`` and ``group/version/Kind`` of each served version; what cannot be read declares nothing."""
    found: dict[str, None] = {}
    for text in texts:
        if "CustomResourceDefinition" not in text:
            continue
        try:
            for _, document in documents(text, ""):
                root, _ = parse_stream(Source("", document))
                found.update(dict.fromkeys(_versions(_at(root, "spec"))))
        except ChartFault:
            continue
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
