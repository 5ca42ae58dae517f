"""The hash behind a generated object's name (api ``hasher``)."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from kubelens.render.kustomize.fields import lookup
from kubelens.render.kustomize.node import SCALAR, Node
from kubelens.render.kustomize.values import json_text, value_of

_LETTERS: Final = str.maketrans("013ae", "ghkmt")


def name_hash(node: Node) -> str:
    """Ten characters from an object's kind, name and data."""
    kind = node.fields["kind"].value if "kind" in node.fields else ""
    if kind == "ConfigMap":
        values = _values(node, "data", "binaryData")
        content = {"kind": kind, "name": _name(node), "data": values["data"]}
        more = "binaryData"
    elif kind == "Secret":
        values = _values(node, "data", "stringData", "type")
        content = {"kind": kind, "type": values["type"], "name": _name(node), "data": values["data"]}
        more = "stringData"
    else:
        return _short(json_text(value_of(node, top=True)))
    if isinstance(values[more], dict):
        content[more] = values[more]
    return _short(json_text(content))


def _name(node: Node) -> str:
    found = lookup(node, ("metadata/name",))
    return "" if found is None else found.value


def _values(node: Node, *names: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        value = lookup(node, (name,))
        if value is None:
            found[name] = ""
        elif value.kind == SCALAR:
            found[name] = value.value
        else:
            found[name] = value_of(value, top=True)
    return found


def _short(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return digest[:10].translate(_LETTERS)
