"""The ``data`` of ConfigMaps and Secrets (kyaml ``datamap.go``)."""

from __future__ import annotations

import base64

from kubelens.render.kustomize.fields import lookup, set_field
from kubelens.render.kustomize.node import MAPPING, SCALAR, Node
from kubelens.render.kustomize.resolution import STR
from kubelens.render.origin import Origin

Entries = dict[str, tuple[str, tuple[Origin, ...]]]
"""Values by key, each with where it was written."""
_LINE = 70


def load_data(node: Node, name: str, entries: Entries) -> None:
    """Write a ConfigMap's data anew; what is no UTF-8 goes to ``binaryData``. Nothing clears the field."""
    set_field(node, name, None)
    for key in sorted(entries):
        value, origins = entries[key]
        field = name
        if name == "data" and not is_utf8(value):
            field, value = "binaryData", encoded(value)
        add_entry(node, field, key, value, origins)


def load_secret_data(node: Node, entries: Entries) -> None:
    """Write a Secret's data: every value in base64."""
    lookup(node, ("data",), MAPPING)
    for key in sorted(entries):
        value, origins = entries[key]
        add_entry(node, "data", key, encoded(value), origins)


def add_entry(node: Node, field: str, key: str, value: str, origins: tuple[Origin, ...]) -> None:
    """Set one entry of ``data``."""
    data = lookup(node, (field,), MAPPING)
    if data is not None:
        written = None if getattr(value, "pieces", None) else origins
        set_field(data, key, Node(SCALAR, value, STR, "|" if "\n" in value else "", written))


def is_utf8(text: str) -> bool:
    """Whether no byte of the text had to be smuggled in."""
    return text.isascii() or not any("\udc80" <= char <= "\udcff" for char in text)


def encoded(text: str) -> str:
    """Base64 in lines of 70 characters, if there is more than one."""
    whole = base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()
    if len(whole) < _LINE:
        return whole
    return "".join(f"{whole[at : at + _LINE]}\n" for at in range(0, len(whole), _LINE))
