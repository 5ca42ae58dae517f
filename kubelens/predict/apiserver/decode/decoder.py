"""From a document's value to what Go's decoder makes of it: types checked, unknown fields named, nulls gone.

Follows sigs.k8s.io/json (case-sensitive, strict) over the types of ``k8s.io/api``: the keys of every map are decoded
in alphabetical order, because YAML goes through a JSON text with sorted keys.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from kubelens.kube.quantity import parse_quantity
from kubelens.kube.schema import Schemas, TypeSchema
from kubelens.predict.apiserver.causes import Cause, CauseReason, MapKey, Path, field_notation, shown
from kubelens.syntax.pattern import pattern

MOST_HINTS: Final = 100
"""Unknown fields of an object that the closest known one is looked for."""
_MOST_NEAR: Final = 500
_INT32: Final = 2**31
_INT64: Final = 2**63
_RFC3339: Final = pattern(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))\Z", re.ASCII)
_MICRO: Final = pattern(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)[.,]\d{6}(?:\d*)(?:Z|[+-](\d\d):(\d\d))\Z", re.ASCII
)
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Decoder:
    """Decodes objects of one release; ``wrong`` and ``unknown`` collect what is found, in Go's order."""

    __slots__ = ("_schemas", "unknown", "wrong")

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.wrong: list[Cause] = []
        self.unknown: list[Cause] = []

    def object(self, value: Mapping[str, Any], schema: TypeSchema, path: Path = ()) -> dict[str, Any]:
        """The decoded object: known fields of the right type, no nulls."""
        fields = schema.fields
        out: dict[str, Any] = {}
        for name in sorted(value) if len(value) > 1 else value:
            code = fields.get(name)
            if code is None:
                self._unknown(path, name, fields)
                continue
            item = value[name]
            if item is None:
                continue
            kind = type(item)
            if (code == "s" and kind is str) or (code == "b" and kind is bool):
                out[name] = item
            elif code[0] == "#" and kind is dict:
                out[name] = self.object(item, self._schemas.type(code[1:]), (*path, name))
            else:
                decoded = self.value(item, code, (*path, name))
                if decoded is not None:
                    out[name] = decoded
        return out

    def value(self, item: Any, code: str, path: Path) -> Any:
        """One decoded value; None where it is null or cannot be decoded."""
        head = code[0]
        if head == "#":
            if isinstance(item, dict):
                return self.object(item, self._schemas.type(code[1:]), path)
            return self._wrong(path, item, "a map")
        if head == "[":
            if not isinstance(item, list):
                return self._wrong(path, item, "a list")
            return [self._item(each, code[1:], (*path, index)) for index, each in enumerate(item)]
        if head == "{":
            if not isinstance(item, dict):
                return self._wrong(path, item, "a map")
            inner = code[1:]
            return {name: self._item(item[name], inner, (*path, MapKey(name))) for name in sorted(item)}
        return self._scalar(item, code, path)

    def _item(self, item: Any, code: str, path: Path) -> Any:
        """An element of a list or map: null is the type's zero value there."""
        if item is None:
            return _zero(code)
        decoded = self.value(item, code, path)
        return _zero(code) if decoded is None else decoded

    def _scalar(self, item: Any, code: str, path: Path) -> Any:
        kind = type(item)
        if code == "s":
            return item if kind is str else self._wrong(path, item, "text")
        if code == "b":
            return item if kind is bool else self._wrong(path, item, "true or false")
        if code in ("i", "l"):
            limit = _INT32 if code == "i" else _INT64
            if kind is int and -limit <= item < limit:
                return item
            return self._wrong(
                path, item, "a whole number" if kind is not int else f"a number of {32 if code == 'i' else 64} bits"
            )
        if code == "n":
            return item if kind in (int, float) else self._wrong(path, item, "a number")
        if code == "q":
            return self._quantity(item, path)
        if code == "p":
            if kind is str or (kind is int and -_INT32 <= item < _INT32):
                return item
            return self._wrong(path, item, "a whole number or text")
        if code in ("t", "m"):
            return self._time(item, code, path)
        if code == "y8":
            return self._bytes(item, path)
        return self._json_schema(item, code, path)

    def _quantity(self, item: Any, path: Path) -> Any:
        text = item if isinstance(item, str) else _json_number(item)
        if text is not None:
            try:
                parse_quantity(text)
            except ValueError:
                pass
            else:
                return item
        self._bad(path, CauseReason.BAD_QUANTITY, f"must be a quantity such as 500m, 1.5 or 64Mi, is {shown(item)}")
        return None

    def _time(self, item: Any, code: str, path: Path) -> Any:
        if isinstance(item, str) and _is_time(item, _MICRO if code == "m" else _RFC3339):
            return item
        example = "2025-03-01T10:00:00.000000Z" if code == "m" else "2025-03-01T10:00:00Z"
        if not isinstance(item, str):
            return self._wrong(path, item, "a time")
        if code == "t" and item == "":
            return None
        self._bad(path, CauseReason.BAD_TIME, f"must be a time such as {example}, is {shown(item)}")
        return None

    def _bytes(self, item: Any, path: Path) -> Any:
        if not isinstance(item, str):
            return self._wrong(path, item, "text in base64")
        try:
            base64.b64decode(item.replace("\n", "").replace("\r", ""), validate=True)
        except (binascii.Error, ValueError):
            self._bad(
                path,
                CauseReason.BAD_BASE64,
                "must be base64, is other text: plain text goes into stringData, or into data of a ConfigMap",
            )
            return None
        return item

    def _json_schema(self, item: Any, code: str, path: Path) -> Any:
        """JSONSchemaPropsOrArray (y), JSONSchemaPropsOrBool (z), JSONSchemaPropsOrStringArray (w), or anything (x).

        The first three read their own JSON (apiextensions/v1/marshal.go), and not strictly: fields that are unknown
        below ``items`` and ``additionalProperties`` are dropped without a word.
        """
        if code == "x":
            return item
        props = "#apiextensions.v1.JSONSchemaProps"
        known = len(self.unknown)
        decoded: Any = None
        if isinstance(item, dict):
            decoded = self.value(item, props, path)
        elif code == "z" and isinstance(item, bool):
            decoded = item
        elif isinstance(item, list) and code in ("y", "w"):
            decoded = self.value(item, "[" + (props if code == "y" else "s"), path)
        else:
            self._wrong(path, item, "a schema")
        del self.unknown[known:]
        return decoded

    def _unknown(self, path: Path, name: str, fields: Mapping[str, str]) -> None:
        full = (*path, name)
        message = unknown_message(name, fields if len(self.unknown) < MOST_HINTS else {})
        self.unknown.append(Cause(full, CauseReason.UNKNOWN_FIELD, message, field_notation(full)))

    def _wrong(self, path: Path, item: Any, wanted: str) -> None:
        bare = tuple(step for step in path if type(step) is str)
        message = f"must be {wanted}, is {_form(item)}"
        self.wrong.append(Cause(path, CauseReason.WRONG_TYPE, message, field_notation(bare)))

    def _bad(self, path: Path, reason: CauseReason, message: str) -> None:
        self.wrong.append(Cause(path, reason, message, ""))


def unknown_message(name: str, fields: Mapping[str, Any]) -> str:
    """What is said about a field that is none of ``fields``, the closest of them included."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    folded = {field.lower(): field for field in fields}
    close = folded.get(name.lower())
    if close is None:
        near = get_close_matches(name, list(islice(fields, _MOST_NEAR)), 1, 0.75)
        close = near[0] if near else None
    hint = f"; did you mean {close!r}?" if close else ""
    return f"unknown field {name!r}{hint}"


def _zero(code: str) -> Any:
    head = code[0]
    if head in "#{":
        return {}
    if head == "[":
        return []
    return {"s": "", "i": 0, "l": 0, "n": 0, "b": False, "q": "0", "p": 0, "y8": ""}.get(code)


def _json_number(item: Any) -> str | None:
    """A number as JSON writes it, None for anything else."""
    if isinstance(item, bool) or not isinstance(item, (int, float)):
        return None
    return repr(item) if isinstance(item, float) else str(item)


def _is_time(text: str, form: re.Pattern[str]) -> bool:
    match = form.match(text)
    if match is None:
        return False
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] and hour < 24 and minute < 60 and second < 60):
        return False
    return not (month == 2 and day == 29 and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)))


def _form(item: Any) -> str:
    """What a value is, in words: ``true``, ``the number 3``, ``the text "x"``, ``a map``."""
    if isinstance(item, bool):
        return shown(item)
    if isinstance(item, (int, float)):
        return f"the number {shown(item)}"
    if isinstance(item, str):
        return f"the text {shown(item)}"
    return "a map" if isinstance(item, dict) else "a list" if isinstance(item, list) else "of another form"
