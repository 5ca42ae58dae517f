"""Lists: made, taken apart, looked into (sprig, ``list.go``). Each gives a new list and leaves the old one alone."""

from __future__ import annotations

from kubelens.render.functions.equality import deeply_equal
from kubelens.render.functions.family import Family
from kubelens.render.functions.numbers import int_of
from kubelens.render.functions.texts import text_of, texts_of
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.types import ANY_SLICE, Slice, Uint8, is_true, kind_name, type_name
from kubelens.render.limits import within_items
from kubelens.render.origin import SourcedList

LISTS = Family()
NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference"


def _items(value: object, verb: str) -> list[object]:
    """The items of a list of any type; fails with what sprig says of the other kinds."""
    if isinstance(value, list):
        return value
    if isinstance(value, bytes):
        return [Uint8(byte) for byte in value]
    if value is None:
        raise TemplateFailure(NIL_POINTER)
    raise TemplateFailure(f"{verb} type {kind_name(value)}")


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _pairs(items: object, *others: object) -> int:
    """The work of holding each item against the others, or each that is no text against each other."""
    if not isinstance(items, list):
        return 0
    return len(items) * (len(others) or sum(1 for item in items if not isinstance(item, str))) // 8


def _nothing() -> Slice:
    return Slice((), ANY_SLICE, nil=True)


@LISTS.function("list", "tuple", takes=(ANY,), variadic=True)
def make_list(*values: object) -> list[object]:
    """The values in a list."""
    return list(values)


@LISTS.function("append", "push", "mustAppend", "mustPush", takes=(ANY, ANY))
def append(items: object, value: object) -> list[object]:
    """The list with the value after it."""
    return [*_items(items, "Cannot push on"), value]


@LISTS.function("prepend", "mustPrepend", takes=(ANY, ANY))
def prepend(items: object, value: object) -> list[object]:
    """The list with the value before it."""
    return [value, *_items(items, "Cannot prepend on")]


@LISTS.function("concat", takes=(ANY,), variadic=True)
def concat(*lists: object) -> list[object]:
    """The lists one after another."""
    made: list[object] = []
    for one in lists:
        if not isinstance(one, list | bytes):
            if one is None:
                raise TemplateFailure(NIL_POINTER)
            raise TemplateFailure(f"Cannot concat type {kind_name(one)} as list")
        made.extend(one)
        within_items(len(made))
    return made or _nothing()


@LISTS.function("first", "mustFirst", takes=(ANY,))
def first(items: object) -> object:
    """The first item; nil of an empty list."""
    found = _items(items, "Cannot find first on")
    return found[0] if found else None


@LISTS.function("last", "mustLast", takes=(ANY,))
def last(items: object) -> object:
    """The last item; nil of an empty list."""
    found = _items(items, "Cannot find last on")
    return found[-1] if found else None


@LISTS.function("rest", "mustRest", takes=(ANY,))
def rest(items: object) -> list[object]:
    """All but the first."""
    found = _items(items, "Cannot find rest on")
    return found[1:] if found else _nothing()


@LISTS.function("initial", "mustInitial", takes=(ANY,))
def initial(items: object) -> list[object]:
    """All but the last."""
    found = _items(items, "Cannot find initial on")
    return found[:-1] if found else _nothing()


@LISTS.function("reverse", "mustReverse", takes=(ANY,))
def reverse(items: object) -> list[object]:
    """The other way round."""
    return _items(items, "Cannot find reverse on")[::-1]


@LISTS.function("uniq", "mustUniq", takes=(ANY,), costs=_pairs)
def uniq(items: object) -> list[object]:
    """Each item once, where it first stands."""
    made: list[object] = []
    simple: set[tuple[str, object]] = set()
    for item in _items(items, "Cannot find uniq on"):
        if isinstance(item, str | int):
            key = type_name(item), item
            if key in simple:
                continue
            simple.add(key)
        elif _is_in(item, made):
            continue
        made.append(item)
    return made


@LISTS.function("without", "mustWithout", takes=(ANY, ANY), variadic=True, costs=_pairs)
def without(items: object, *omitted: object) -> list[object]:
    """The items that are none of the omitted ones."""
    unwanted = list(omitted)
    return [item for item in _items(items, "Cannot find without on") if not _is_in(item, unwanted)]


@LISTS.function("has", "mustHas", takes=(ANY, ANY), costs=lambda _, items: _length(items) // 8)
def has(value: object, items: object) -> bool:
    """Whether an item is the value; nil has none."""
    return items is not None and _is_in(value, _items(items, "Cannot find has on"))


def _is_in(value: object, items: list[object]) -> bool:
    return any(deeply_equal(value, item) for item in items)


@LISTS.function("compact", "mustCompact", takes=(ANY,))
def compact(items: object) -> list[object]:
    """The items that are not empty."""
    return [item for item in _items(items, "Cannot compact on") if is_true(item)]


@LISTS.function("slice", "mustSlice", takes=(ANY, ANY), variadic=True)
def part(items: object, *bounds: object) -> object:
    """The items from the first bound (0) to before the second (all); text has none."""
    if not isinstance(items, list | bytes):
        if items is None:
            raise TemplateFailure(NIL_POINTER)
        raise TemplateFailure(f"list should be type of slice or array but {kind_name(items)}")
    size = len(items)
    if not size:
        return None
    start = int_of(bounds[0]) if bounds else 0
    end = int_of(bounds[1]) if len(bounds) > 1 else size
    if not 0 <= start <= end <= size:
        raise TemplateFailure("reflect.Value.Slice: slice index out of bounds")
    if isinstance(items, Slice):
        return Slice(items[start:end], items.go_type)
    if isinstance(items, SourcedList):
        origins = {at - start: origin for at, origin in items.origins.items() if start <= at < end}
        return SourcedList(items[start:end], origins)
    return items[start:end]


@LISTS.function("chunk", "mustChunk", takes=("int", ANY))
def chunk(size: int, items: object) -> Slice:
    """Lists of ``size`` items each; the last one may be shorter."""
    found = _items(items, "Cannot chunk")
    if size <= 0:
        raise TemplateFailure("runtime error: makeslice: len out of range")
    return Slice((found[at : at + size] for at in range(0, len(found), size)), "[][]interface {}")


@LISTS.function("sortAlpha", takes=(ANY,))
def sort_alpha(items: object) -> Slice:
    """The items as texts, in the order of their bytes; what is no list is the only item."""
    if isinstance(items, list | bytes):
        return Slice(sorted(texts_of(items)))
    return Slice([text_of(items) if items is not None else "<nil>"])


@LISTS.function("toStrings", takes=(ANY,))
def to_strings(value: object) -> Slice:
    """A list's items as texts, without nil."""
    return Slice(texts_of(value))
