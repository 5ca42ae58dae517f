"""What a tree means once it was written and read again (kyaml ``MarshalJSON``): JSON values and their text."""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any

from kubelens.render.go.printf import sprintf
from kubelens.render.kustomize.node import MAPPING, NOTHING, SCALAR, SEQUENCE, Node
from kubelens.render.kustomize.numbers import json_number
from kubelens.render.kustomize.refolding import refolded
from kubelens.render.kustomize.resolution import BINARY, BOOL, FLOAT, INT, NULL, STR, TIMESTAMP, NotJson, resolve
from kubelens.render.yaml.scalar_text import is_bare_possible

_QUOTED = frozenset("\"'|>")
_BASIC = frozenset((INT, FLOAT, BOOL, NULL, TIMESTAMP))


def scalar_value(node: Node) -> Any:
    """The JSON value of a scalar: ``str``, ``int``, ``float``, ``bool`` or None.

    Raises:
        NotJson: its tag and its text do not fit, or it is a number without end.
    """
    if node.tag_is_implied:
        return _finite(resolve(str(node.value))[1])
    tag, text = node.tag, node.value
    if tag == STR:
        return refolded(str(text)) if node.style == ">" and "\n" in text else text
    if node.kind == NOTHING:
        return None
    quoted = node.style[:1] in _QUOTED
    if tag == "":
        if quoted or "\n" in text or (text and not is_bare_possible(str(text))):
            return text
        return _finite(resolve(str(text))[1])
    if tag == BINARY:
        try:
            return base64.b64decode(text.replace("\n", "").replace(" ", ""), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            raise NotJson("yaml: !!binary value contains invalid base64 data") from None
    if tag not in _BASIC:
        return text
    found, value = resolve(str(text))
    if found == tag or (tag == FLOAT and found == INT):
        return _finite(value)
    if tag == NULL:
        return None
    raise NotJson(f"yaml: cannot decode {found} `{text}` as a {tag}")


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise NotJson(f"json: unsupported value: {'NaN' if math.isnan(value) else '+Inf' if value > 0 else '-Inf'}")
    return value


def value_of(node: Node, *, top: bool = False) -> Any:
    """The JSON value of a tree, as :func:`scalar_value` reads scalars; a whole object is ``top``."""
    if node.kind == MAPPING:
        fields = node.peek_fields()
        refuse_keys(node, top=top)
        return {name: value_of(field) for name, field in fields.items()}
    if node.kind == SEQUENCE:
        return [value_of(item) for item in node.peek_items()]
    return scalar_value(node)


class RepeatedKey(NotJson):
    """A map in which a key stands twice: nothing of its object can be read."""


def refuse_keys(node: Node, *, top: bool) -> None:
    """Stop at keys that stand there twice, or that JSON has no form for: an object's own may be anything."""
    if node.repeated:
        text = node.parsed.text if node.parsed is not None else ""
        lines = "".join(
            f'\n  line {_line(text, again)}: mapping key "{name}" already defined at line {_line(text, first)}'
            for name, first, again in node.repeated
        )
        raise RepeatedKey(f"yaml: unmarshal errors:{lines}")
    if node.odd is not None and not top:
        raise NotJson("json: unsupported type: map[interface {}]interface {}")


def _line(text: str, offset: int) -> int:
    """The line of its document in which a place stands once the document was printed: blank lines go."""
    start = text.rfind("\n---", 0, offset) + 1
    lines = text[start:offset].split("\n")
    return 1 + sum(1 for line in lines[:-1] if line.strip() and not line.startswith("---"))


def json_text(value: Any) -> str:
    """Compact JSON as encoding/json writes it: keys sorted, ``<``, ``>`` and ``&`` escaped."""
    if isinstance(value, str):
        return json_string(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json_string(k)}:{json_text(value[k])}" for k in sorted(value, key=_by_bytes)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json_number(value)


def json_string(text: str) -> str:
    """A string as encoding/json writes it."""
    shown = json.dumps(str(text), ensure_ascii=False)
    for plain, escaped in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        if plain in shown:
            shown = shown.replace(plain, escaped)
    return shown


def _by_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def go_syntax_of(node: Node) -> str:
    """An object as Go's ``%#v`` prints the map it is decoded into."""
    return _go_syntax(node, top=True)


def _go_syntax(node: Node, *, top: bool = False) -> str:
    if node.kind == MAPPING:
        fields = node.fields
        odd = node.odd or frozenset()
        names = sorted(fields, key=lambda name: (name in odd, name))
        of_text = top or not odd
        inner = ", ".join(
            f"{_go_scalar(resolve(name)[1] if name in odd and not of_text else name)}:{_go_syntax(fields[name])}"
            for name in names
        )
        return f"map[{'string' if of_text else 'interface {}'}]interface {{}}{{{inner}}}"
    if node.kind == SEQUENCE:
        return f"[]interface {{}}{{{', '.join(map(_go_syntax, node.items))}}}"
    return _go_scalar(scalar_value(node) if node.kind == SCALAR else None)


def _go_scalar(value: Any) -> str:
    return "interface {}(nil)" if value is None else sprintf("%#v", [value])
