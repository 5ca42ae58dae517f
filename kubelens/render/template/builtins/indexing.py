"""``index``, ``slice``, ``len`` and ``call`` (text/template, ``funcs.go``)."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.function import Function, TemplateFailure
from kubelens.render.go.types import Slice, Uint8, type_name
from kubelens.render.origin import SourcedList, Text
from kubelens.render.template.kinds import REFLECTED, element_type, zero


def _position(index: object, most: int) -> int:
    """An index as a number from 0 to ``most`` (``indexArg``)."""
    if index is None:
        raise TemplateFailure("cannot index slice/array with nil")
    if isinstance(index, bool) or not isinstance(index, int):
        raise TemplateFailure(f"cannot index slice/array with type {type_name(index)}")
    if not 0 <= index <= most:
        raise TemplateFailure(f"index out of range: {int(index)}")
    return int(index)


def _key(index: object) -> str:
    """An index as a key of a map (``prepareArg``)."""
    if index is None:
        raise TemplateFailure("value is nil; should be of type string")
    if not isinstance(index, str):
        raise TemplateFailure(f"value has type {type_name(index)}; should be string")
    return index


def index(item: object, *indexes: object) -> object:
    """``item[a][b]``: each index a key of a map, or a place in a list or text."""
    if item is None:
        raise TemplateFailure("index of untyped nil")
    for each in indexes:
        if item is None:
            raise TemplateFailure("index of nil pointer")
        if isinstance(item, dict):
            key = _key(each)
            item = item[key] if key in item else zero(element_type(type_name(item)))
        elif isinstance(item, list):
            item = item[_within(_position(each, len(item)), len(item), "slice")]
        elif isinstance(item, str | bytes):
            raw = item.encode("utf-8", "surrogateescape") if isinstance(item, str) else item
            item = Uint8(raw[_within(_position(each, len(raw)), len(raw), "string")])
        else:
            raise TemplateFailure(f"can't index item of type {type_name(item)}")
    return item


def _within(at: int, length: int, what: str) -> int:
    if at >= length:
        raise TemplateFailure(f"reflect: {what} index out of range")
    return at


def cut(item: object, *indexes: object) -> object:
    """``item[a:b]`` of a text or a list, ``item[a:b:c]`` of a list."""
    if item is None:
        raise TemplateFailure("slice of untyped nil")
    if len(indexes) > 3:
        raise TemplateFailure(f"too many slice indexes: {len(indexes)}")
    raw = item.encode("utf-8", "surrogateescape") if isinstance(item, str) else item
    if isinstance(item, str) and len(indexes) == 3:
        raise TemplateFailure("cannot 3-index slice a string")
    if not isinstance(raw, bytes | list):
        raise TemplateFailure(f"can't slice item of type {type_name(item)}")
    most = len(raw)
    begin, end, last = [*(_position(each, most) for each in indexes), *(0, most, most)[len(indexes) :]]
    if begin > end:
        raise TemplateFailure(f"invalid slice index: {begin} > {end}")
    if end > last:
        raise TemplateFailure(f"invalid slice index: {end} > {last}")
    if isinstance(item, str) and isinstance(raw, bytes):
        if item.isascii() and isinstance(item, Text):
            return item.cut(begin, end)
        return raw[begin:end].decode("utf-8", "surrogateescape")
    if isinstance(item, Slice):
        return Slice(item[begin:end], item.go_type)
    if isinstance(item, SourcedList):
        kept = {at - begin: origin for at, origin in item.origins.items() if begin <= at < end}
        return SourcedList(item[begin:end], kept)
    return raw[begin:end]


def length(item: object) -> int:
    """How many elements, or bytes, there are."""
    if isinstance(item, str):
        return len(item) if item.isascii() else len(item.encode("utf-8", "surrogateescape"))
    if isinstance(item, dict | list | bytes):
        return len(item)
    if item is None:
        raise TemplateFailure("reflect: call of reflect.Value.Type on zero Value")
    raise TemplateFailure(f"len of type {type_name(item)}")


def _never(*values: object) -> object:
    raise NotImplementedError  # the engine refuses the call: it knows how the callee is written


FUNCTIONS: Final = (
    Function("index", index, (REFLECTED, REFLECTED), variadic=True),
    Function("slice", cut, (REFLECTED, REFLECTED), variadic=True),
    Function("len", length, (REFLECTED,)),
    Function("call", _never, (REFLECTED, REFLECTED), variadic=True),
)
