"""Fields inside a text that is itself YAML or JSON (replacement's ``setValueInStructuredData``)."""

from __future__ import annotations

import json
from collections.abc import Callable

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import lookup
from kubelens.render.kustomize.node import NOTHING, SCALAR, Node
from kubelens.render.kustomize.path_matching import matching, structured
from kubelens.render.kustomize.printing import kyaml_text
from kubelens.render.kustomize.resolution import NotJson
from kubelens.render.kustomize.values import json_text, value_of


def set_in_structured_text(node: Node, path: list[str], create: int, set_value: Callable[[Node], None]) -> bool:
    """Change fields inside the text to which a part of the path leads; False where that cannot be done."""
    if len(path) < 2:
        return False
    for count in range(1, len(path)):
        try:
            scalar = lookup(node, path[:count])
        except BuildFault:
            continue
        if scalar is None or scalar.kind != SCALAR:
            continue
        try:
            inner = structured(scalar)
        except BuildFault:
            continue
        return _change(scalar, inner, path[count:], create, set_value)
    return False


def _change(scalar: Node, inner: Node, path: list[str], create: int, set_value: Callable[[Node], None]) -> bool:
    original = str(scalar.value)
    if inner.kind == NOTHING:
        return False
    try:
        found = matching(inner, path, create)
        if not found:
            return False
        for one in found:
            set_value(one)
        text = _written(inner, original)
    except (BuildFault, NotJson):
        return False
    origins = tuple(dict.fromkeys((*(origin for one in found for origin in one.origins), *scalar.origins)))
    scalar.value = text
    scalar.written = origins
    return True


def _written(inner: Node, original: str) -> str:
    if original.strip()[:1] not in ("{", "["):
        return kyaml_text(inner).strip()
    value = value_of(inner, top=True)
    if "\n" in original and "  " in original:
        shown = json.dumps(json.loads(json_text(value)), indent=2, ensure_ascii=False, sort_keys=True)
        return shown.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return json_text(value)
