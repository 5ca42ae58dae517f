"""What Kubernetes makes of one YAML scalar: sigs.k8s.io/yaml over go-yaml v2, then JSON.

No Python library reads scalars this way: ``y`` is a bool, ``017`` is 15, ``089`` is 89, ``1e3`` is 1000,
``12:30`` and dates are text, ``.inf`` is an error.
"""

from __future__ import annotations

import binascii
import math
import re
from functools import lru_cache
from typing import Any, Final

from kubelens.syntax.pattern import pattern

_PREFIX: Final = "tag:yaml.org,2002:"
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_NOT_FINITE: Final = {
    *(".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"),
}
_NUMBER_START: Final = frozenset("+-.0123456789")
_DECIMAL: Final = pattern(r"[-+]?(?:0|[1-9][0-9]*)\Z", re.ASCII)
_PREFIXED: Final = pattern(r"([-+]?)0(?:([xX])([0-9a-fA-F]+)|([bB])([01]+)|[oO]?([0-7]+))\Z", re.ASCII)
_FLOAT: Final = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII)
_LONGEST: Final = 70
"""More characters than any 64-bit integer has in any base."""
_INT64_MIN: Final = -(2**63)
_INT64_MAX: Final = 2**63 - 1
_UINT64_MAX: Final = 2**64 - 1


class UnreadableScalar(ValueError):
    """A scalar that Kubernetes refuses: an infinite number, or a tag its text does not fit."""


class NotFinite(UnreadableScalar):
    """An infinite number or none at all: YAML has them, JSON has not."""


def not_finite_key(text: str) -> str | None:
    """What a key such as ``.inf`` becomes (sigs.k8s.io/yaml, ``convertToJSONableObject``); None for other keys."""
    if text not in _NOT_FINITE:
        return None
    if text.lower() == ".nan":
        return ".nan"
    return "-.inf" if text[0] == "-" else ".inf"


@lru_cache(maxsize=8192)
def reads_as_itself(text: str) -> bool:
    """Whether a plain scalar, as a key, is the text it is written as: no number, no boolean, no merge."""
    return text != "<<" and text not in _NOT_FINITE and type(_resolve(text)) is str


def decode_scalar(text: str, style: str, tag: str | None) -> Any:
    """The JSON value of a scalar: ``style`` is ``""`` for plain, ``tag`` the full tag or None.

    Raises:
        UnreadableScalar: the API server cannot read it.
    """
    if tag is None or tag == "!":
        if style or tag == "!":
            return text
        return _resolve(text) if len(text) <= _LONGEST else _resolve.__wrapped__(text)
    if not tag.startswith(_PREFIX):
        return text
    return _tagged(text, tag[len(_PREFIX) :])


@lru_cache(maxsize=8192)
def _resolve(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if text in _NOT_FINITE:
        raise NotFinite(f"{text} is no number JSON can hold: Kubernetes refuses it")
    number = _number(text)
    return text if number is None else as_json_number(number)


def _number(text: str) -> int | float | None:
    plain = text if text[0] == "." else text.replace("_", "")
    if text[0] != "." and (whole := _integer(plain)) is not None:
        return whole
    if _FLOAT.match(plain):
        number = float(plain)
        return None if math.isinf(number) else number
    return None


def _integer(plain: str) -> int | float | None:
    """strconv.ParseInt(plain, 0, 64), then ParseUint; a larger decimal is read as a float later."""
    if len(plain) > _LONGEST:
        return None
    if _DECIMAL.match(plain):
        number = int(plain)
    elif (match := _PREFIXED.match(plain)) is not None:
        sign, _, hexadecimal, _, binary, octal = match.groups()
        number = int(hexadecimal, 16) if hexadecimal else int(binary, 2) if binary else int(octal, 8)
        if sign == "-":
            number = -number
    else:
        return None
    if _INT64_MIN <= number <= _INT64_MAX:
        return number
    return float(number) if number <= _UINT64_MAX and plain[0] not in "+-" else None


def as_json_number(number: int | float) -> int | float:
    """The number after a trip through JSON: ``1000.0`` is written ``1000`` and read as an integer."""
    if isinstance(number, float) and number.is_integer() and _INT64_MIN <= number < 2.0**63:
        return int(number)
    return number


def _tagged(text: str, tag: str) -> Any:
    if tag == "str":
        return text
    if tag == "binary":
        try:
            import base64  # noqa: PLC0415 - few manifests hold binary scalars

            return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise UnreadableScalar("!!binary holds text that is not base64") from error
    if tag not in ("int", "float", "bool", "null", "timestamp", "merge"):
        return text
    value = _resolve(text)
    fits = {
        "int": type(value) is int,
        "float": type(value) in (int, float),
        "bool": type(value) is bool,
        "null": value is None,
        "timestamp": type(value) is str and bool(re.match(r"\d{4}-\d\d?-\d\d?", text)),
        "merge": text == "<<",
    }
    if not fits[tag]:
        raise UnreadableScalar(f"{text!r} is not what its tag !!{tag} says: Kubernetes refuses it")
    return value
