"""Strategic merge of a patch into an object (kyaml ``yaml/merge2``, ``yaml/walk``).

Lists are merged by the keys of the API's schema where it says so, and replaced elsewhere. Items of the patch come first.
``$patch`` is the one directive; ``$retainKeys`` and the like are fields like all others.
"""

from __future__ import annotations

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import clear, matching_element, require, set_field
from kubelens.render.kustomize.list_elements import ListKeys, set_element, valid_keys
from kubelens.render.kustomize.node import MAPPING, SCALAR, SEQUENCE, Node, bare_node, is_null
from kubelens.render.kustomize.patch_schema import Part, PatchSchema, merge_keys, merges
from kubelens.render.kustomize.settled import is_settled

_DIRECTIVE = "$patch"
_DIRECTIVES = ("delete", "replace", "merge")


def merge(patch: Node, target: Node, schema: PatchSchema) -> Node | None:
    """The target with the patch merged into it, in place; None where nothing is left.

    Raises:
        BuildFault: the patch is not of the target's form, or asks for what does not exist.
    """
    return _Merger(schema).merged(target, patch, None)[0]


class _Merger:
    __slots__ = ("schema",)

    def __init__(self, schema: PatchSchema) -> None:
        self.schema = schema

    def merged(self, target: Node | None, patch: Node | None, part: Part | None) -> tuple[Node | None, bool]:
        """(the merged node, whether it is kept though it is null)."""
        if patch is None and target is not None and is_settled(target, part, self.schema):
            return target, True
        if part is None:
            part = self._part_of(target) or self._part_of(patch)
        first = target if not is_null(target) else patch
        kind = MAPPING if is_null(first) else first.kind  # type: ignore[union-attr]
        for node in (target, patch):
            require(node, kind)
        if kind == SCALAR:
            return (patch if patch is not None else target), False
        if kind == SEQUENCE:
            if part is not None and merges(part):
                return self._keyed_list(target, patch, part), False
            return (patch if patch is not None else target), False
        return self._mapping(target, patch, part)

    def _part_of(self, node: Node | None) -> Part | None:
        if node is None or node.kind != MAPPING:
            return None
        fields = node.peek_fields()
        kind, api_version = fields.get("kind"), fields.get("apiVersion")
        if is_null(kind) or is_null(api_version):
            return None
        return self.schema.of(api_version.value, kind.value)  # type: ignore[union-attr]

    def _mapping(self, target: Node | None, patch: Node | None, part: Part | None) -> tuple[Node | None, bool]:
        if is_null(target):
            if patch is None and target is not None and target.value:
                return target, True
            if _directive(patch) == "delete":
                return None, False
            result = patch
        elif patch is not None and is_null(patch):
            return None, False
        else:
            directive = _directive(patch, strict=True)
            if directive == "delete":
                return None, False
            result = patch if directive == "replace" else target
        if result is None:
            return None, False
        self._fields(result, patch, part)
        return result, False

    def _fields(self, target: Node, patch: Node | None, part: Part | None) -> None:
        names = set(target.fields)
        if patch is not None:
            names.update(patch.fields)
        for name in sorted(names):
            below = None if part is None else self.schema.field(part, name)
            own = target.fields.get(name)
            new = None if patch is None else patch.fields.get(name)
            found, keep = self.merged(own, new, below)
            if found is own and own is not None and (keep or not is_null(own)):
                continue
            set_field(target, name, found, keep=keep)

    def _keyed_list(self, target: Node | None, patch: Node | None, part: Part) -> Node | None:
        if is_null(target):
            result = patch
        elif patch is not None and is_null(patch):
            return None
        else:
            directive = _list_directive(patch)
            if directive == "delete":
                return None
            result = patch if directive == "replace" else target
        if result is None:
            return None
        keys = merge_keys(part)
        if is_null(result):
            return None
        if keys:
            values = _key_values(patch, keys) + _key_values(result, keys)
        else:
            keys = [""]
            values = [[item.value] for node in (patch, result) if node is not None for item in node.items]
        return self._set_elements(_without_repeats(values), keys, result, patch, part)

    def _set_elements(
        self, values: list[list[str]], keys: list[str], target: Node, patch: Node | None, part: Part
    ) -> Node | None:
        added = Node(SEQUENCE)
        below = self.schema.items(part)
        if len(keys) > 1:
            _merge_values(values)
        known: ListKeys | None = None
        for one in values:
            if not one:
                continue
            known = valid_keys(values, one, keys)
            narrow = valid_keys([known.values], known.values, known.keys)
            own = matching_element(target, narrow.keys, narrow.values)
            new = None if patch is None else matching_element(patch, narrow.keys, narrow.values)
            found, _ = self.merged(own, new, below)
            if is_null(found) or (found.kind == MAPPING and not found.fields):  # type: ignore[union-attr]
                set_element(target, known, None)
                continue
            assert found is not None
            for key, value in zip(known.keys, known.values, strict=True):
                if value and found.kind == MAPPING and key not in found.fields:
                    set_field(found, key, bare_node(value))
            set_element(added, known, found)
        if known is not None:
            target.items = _appended(added, target, known.keys).items
        return target


def _appended(target: Node, more: Node, keys: list[str]) -> Node:
    """``appendListNode``: the elements of ``more`` behind those of ``target``, or in their place."""
    for element in list(more.items):
        if not keys or not keys[0]:
            set_element(target, ListKeys([""], [element.value]), element)
            continue
        values: list[str] = []
        for key in keys:
            found = element.fields.get(key) if element.kind == MAPPING else None
            if element.kind != MAPPING and not is_null(element):
                require(element, MAPPING)
            if found is None:
                target.items.append(element)
                continue
            values.append(found.value)
        if len(keys) > 1:
            set_element(target, ListKeys(keys, values), None)
        set_element(target, ListKeys(keys, values), element)
    return target


def _key_values(node: Node | None, keys: list[str]) -> list[list[str]]:
    """The values of the merge keys in each element; "" where one is missing."""
    if node is None or node.kind != SEQUENCE:
        return []
    found: list[list[str]] = []
    for item in node.items:
        fields = item.fields if item.kind == MAPPING else {}
        found.append([_key_value(fields.get(key)) for key in keys])
    return found


def _key_value(node: Node | None) -> str:
    return "" if is_null(node) else node.value  # type: ignore[union-attr]


def _without_repeats(values: list[list[str]]) -> list[list[str]]:
    seen: set[tuple[str, ...]] = set()
    found: list[list[str]] = []
    for one in values:
        if (key := tuple(one)) not in seen:
            seen.add(key)
            found.append(one)
    return found


def _merge_values(values: list[list[str]]) -> None:
    """Two elements are one where what both tell is the same: a port with and without protocol (``mergeValues``)."""
    for i in range(len(values)):
        one = values[i]
        for j, other in enumerate(values):
            both = _same(one, other)
            if both is not None:
                values[i] = values[j] = both


def _same(one: list[str], other: list[str]) -> list[str] | None:
    if len(one) != len(other):
        return None
    common = False
    found: list[str] = []
    for a, b in zip(one, other, strict=True):
        if a == b:
            common = True
        elif a and b:
            return None
        found.append(a or b)
    return found if common else None


def _directive(patch: Node | None, *, strict: bool = False) -> str:
    """The value of ``$patch``, which is taken out; ``merge`` where there is none."""
    if patch is None or patch.kind != MAPPING:
        return "merge"
    found = patch.fields.get(_DIRECTIVE)
    if found is None:
        return "merge"
    value = found.value
    if value not in _DIRECTIVES:
        if strict:
            raise BuildFault(f"unknown patch strategy '{value}'", found.origins[0] if found.origins else None)
        return "merge"
    clear(patch, _DIRECTIVE)
    return value


def _list_directive(patch: Node | None) -> str:
    """The value of the element that holds ``$patch`` alone."""
    if patch is None:
        return "merge"
    element = next((e for e in patch.items if e.kind == MAPPING and _DIRECTIVE in e.fields), None)
    if element is None or len(element.fields) > 1:
        return "merge"
    value = element.fields[_DIRECTIVE].value
    if value not in _DIRECTIVES:
        raise BuildFault(f"unknown patch strategy '{value}'", element.origins[0] if element.origins else None)
    set_element(patch, ListKeys([_DIRECTIVE], [value]), None)
    return value
