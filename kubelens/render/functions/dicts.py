"""Maps: made, changed, looked into (sprig, ``dict.go``).

``set``, ``unset`` and the merging functions change the caller's map, wherever else it is held. A nil map reads as an
empty one. Keys come in their order, where Go's come in any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelens.render.functions.family import Family
from kubelens.render.functions.merging import copy_origin, merge_into
from kubelens.render.functions.texts import text_of
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.types import ANY_MAP, Mapping, Slice, type_name
from kubelens.render.limits import Budget, work_of
from kubelens.render.origin import Sourced, SourcedList

DICTS = Family()
Dict = dict[str, object]


def _itself(entries: object, *_: object) -> Iterable[object]:
    return (entries,)


def _and_all_in_it(target: object, *_: object) -> Iterator[object]:
    """A map and those in it, which are merged into as well."""
    pending = [target]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if isinstance(one, dict) and id(one) not in seen:
            seen.add(id(one))
            yield one
            pending.extend(dict.values(one))


@DICTS.function("dict", takes=(ANY,), variadic=True)
def make_dict(*values: object) -> Dict:
    """Keys and values in turn; the last key's value is ``""`` if there is none."""
    return {
        text_of(key) if key is not None else "<nil>": values[2 * index + 1] if 2 * index + 1 < len(values) else ""
        for index, key in enumerate(values[::2])
    }


@DICTS.function("get", takes=(ANY_MAP, "string"))
def get(entries: Dict | None, key: str) -> object:
    """The key's value, ``""`` if there is none."""
    return (entries or {}).get(key, "")


@DICTS.function("set", takes=(ANY_MAP, "string", ANY), changes=_itself)
def put(entries: Dict | None, key: str, value: object) -> Dict:
    """The same map, with the key set."""
    if entries is None or (isinstance(entries, Mapping) and entries.nil):
        raise TemplateFailure("assignment to entry in nil map")
    entries[key] = value
    if isinstance(entries, Sourced):
        entries.origins.pop(key, None)
        entries.key_origins.pop(key, None)
    return entries


@DICTS.function("unset", takes=(ANY_MAP, "string"), changes=_itself)
def unset(entries: Dict | None, key: str) -> Dict:
    """The same map, without the key."""
    if entries is None:
        return Mapping(nil=True)
    entries.pop(key, None)
    return entries


@DICTS.function("hasKey", takes=(ANY_MAP, "string"))
def has_key(entries: Dict | None, key: str) -> bool:
    """Whether the map has the key."""
    return entries is not None and key in entries


@DICTS.function("pluck", takes=("string", ANY_MAP), variadic=True)
def pluck(key: str, *maps: Dict | None) -> list[object]:
    """The key's values in the maps that have it."""
    return [entries[key] for entries in maps if entries is not None and key in entries]


@DICTS.function("keys", takes=(ANY_MAP,), variadic=True)
def keys(*maps: Dict | None) -> Slice:
    """All keys."""
    return Slice(key for entries in maps for key in sorted(entries or {}))


@DICTS.function("values", takes=(ANY_MAP,))
def values_of(entries: Dict | None) -> list[object]:
    """All values, in the order of their keys."""
    return [entries[key] for key in sorted(entries)] if entries else []


@DICTS.function("pick", takes=(ANY_MAP, "string"), variadic=True)
def pick(entries: Dict | None, *wanted: str) -> Dict:
    """A new map of these keys only."""
    return _selected(entries or {}, [key for key in wanted if entries and key in entries])


@DICTS.function("omit", takes=(ANY_MAP, "string"), variadic=True)
def omit(entries: Dict | None, *unwanted: str) -> Dict:
    """A new map without these keys."""
    left_out = frozenset(unwanted)
    return _selected(entries or {}, [key for key in entries or {} if key not in left_out])


def _selected(entries: Dict, wanted: list[str]) -> Dict:
    if not isinstance(entries, Sourced):
        return {key: entries[key] for key in wanted}
    made = Sourced((key, entries[key]) for key in wanted)
    for key in wanted:
        copy_origin(made, entries, key)
    return made


@DICTS.function("merge", "mustMerge", takes=(ANY_MAP, ANY_MAP), variadic=True, costs=work_of, changes=_and_all_in_it)
def merge(target: Dict | None, *sources: Dict | None) -> Dict:
    """The first map, with what the others have and it has not (mergo, ``Merge``)."""
    return _merged(target, sources, overwrite=False)


@DICTS.function(
    "mergeOverwrite",
    "mustMergeOverwrite",
    takes=(ANY_MAP, ANY_MAP),
    variadic=True,
    costs=work_of,
    changes=_and_all_in_it,
)
def merge_overwrite(target: Dict | None, *sources: Dict | None) -> Dict:
    """The first map, with what the others have (mergo, ``MergeWithOverwrite``)."""
    return _merged(target, sources, overwrite=True)


def _merged(target: Dict | None, sources: tuple[Dict | None, ...], *, overwrite: bool) -> Dict:
    if target is None:
        target = {}
    for source in sources:
        if source is not None:
            merge_into(target, source, overwrite=overwrite)
    return target


@DICTS.function("deepCopy", "mustDeepCopy", takes=(ANY,), costs=work_of)
def deep_copy(value: object) -> object:
    """The value with all that it holds, so that changing one leaves the other alone (copystructure, ``Copy``)."""
    if value is None:
        raise TemplateFailure("reflect: call of reflect.Value.Type on zero Value")
    return _copied(value, Budget())


def _copied(value: object, budget: Budget) -> object:
    budget.spend()
    if isinstance(value, dict):
        items = [(key, _copied(item, budget)) for key, item in value.items()]
        if isinstance(value, Mapping):
            made = Mapping(items, value.go_type, nil=value.nil, methods=value.methods)
            made.origins, made.key_origins = dict(value.origins), dict(value.key_origins)
            return made
        if isinstance(value, Sourced):
            return Sourced(items, dict(value.origins), dict(value.key_origins))
        return dict(items)
    if isinstance(value, Slice):
        return Slice((_copied(item, budget) for item in value), value.go_type, nil=value.nil, methods=value.methods)
    if isinstance(value, SourcedList):
        return SourcedList((_copied(item, budget) for item in value), dict(value.origins))
    if isinstance(value, list):
        return [_copied(item, budget) for item in value]
    return value


@DICTS.function("dig", takes=(ANY,), variadic=True)
def dig(*path: object) -> object:
    """What stands in a map under keys one inside another; the default if one of them is missing.

    Fails on what is no map on the way, even on one of another type, such as ``.Values`` itself.
    """
    if len(path) < 3:
        raise TemplateFailure("dig needs at least three arguments")
    *names, default, entries = path
    step = _plain_map(entries)
    for name in names:
        if not isinstance(name, str):
            raise TemplateFailure(f"interface conversion: interface {{}} is {_shown_type(name)}, not string")
    for index, name in enumerate(names):
        if name not in step:
            return default
        found = step[str(name)]
        if index == len(names) - 1:
            return found
        step = _plain_map(found)
    return default


def _plain_map(value: object) -> Dict:
    if isinstance(value, dict) and type_name(value) == ANY_MAP:
        return value
    raise TemplateFailure(f"interface conversion: interface {{}} is {_shown_type(value)}, not {ANY_MAP}")


def _shown_type(value: object) -> str:
    return "nil" if value is None else type_name(value)
