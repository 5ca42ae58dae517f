"""What differs between two objects, field by field, as the API server stores them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.placeholder import is_of_sops
from kubelens.kube.quantity import read_quantity
from kubelens.kube.schema import Schemas, TypeSchema, schemas
from kubelens.syntax.place import Step

_SOME_KIND: Final = GroupVersionKind("", "v1", "ConfigMap")
Path = tuple[Step, ...]
_NOT_COMPARED: Final = frozenset({"status"})
_OF_THE_SERVER: Final = frozenset(
    {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"}
)
_NEVER_ABSENT: Final = frozenset({"resources", "strategy", "updateStrategy", "metadata", "spec"})
"""Structures that the API's types hold by value: ``{}`` and absent are one. Of others ``{}`` says something."""
_TEXT_BY_VALUE: Final = re.compile(
    r"(?:^|\.)(?:subjects\[[^]]*\]\.apiGroup|env\[[^]]*\]\.value|volumeMounts\[[^]]*\]\.(?:subPath|subPathExpr)"
    r"|(?:spec|template\.spec)\.(?:serviceAccountName|priorityClassName|nodeName|hostname|subdomain|volumeName))"
)
"""Texts that the API's types hold by value: ``""`` and absent are one. Of those held by pointer (a class of storage) not."""
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


class FieldChange(Struct, frozen=True):
    """One field that differs: its value before and after, None where it is absent.

    ``name`` names list entries by their key (``spec.containers[web].image``); ``before_at`` and ``after_at`` are the
    paths in the two objects, up to the deepest step that is there.
    """

    name: str
    before: Any
    after: Any
    before_at: Path
    after_at: Path
    reordered: bool = False
    """The entries of a list are the same ones in another order."""


def field_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], gvk: GroupVersionKind, release: str
) -> tuple[FieldChange, ...]:
    """What differs between two stored objects of one kind, in the order of the fields; amounts compare by their value."""
    known = schemas(release)
    return tuple(_Comparison(known).objects(_judged(before), _judged(after), known.kind(gvk), "", (), ()))


def value_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """What differs between two maps of which no schema is known: the values of a chart, a kustomization."""
    return tuple(_Comparison(None).objects(before, after, None, "", (), ()))


def _judged(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object without what the server alone writes, and what SOPS takes away before it is applied."""
    metadata = value.get("metadata")
    if isinstance(metadata, Mapping):
        metadata = {key: inner for key, inner in metadata.items() if key not in _OF_THE_SERVER}
        said = metadata.get("annotations")
        if isinstance(said, Mapping) and _LAST_APPLIED in said:
            metadata["annotations"] = {key: text for key, text in said.items() if key != _LAST_APPLIED}
    return {
        key: metadata if key == "metadata" else inner
        for key, inner in value.items()
        if key not in _NOT_COMPARED and not is_of_sops(key, inner)
    }


class _Comparison:
    def __init__(self, known: Schemas | None) -> None:
        self._known = known

    def objects(
        self, old: Mapping[str, Any], new: Mapping[str, Any], type_: TypeSchema | None, name: str, at: Path, to: Path
    ) -> Iterator[FieldChange]:
        for key in dict.fromkeys([*old, *new]):
            inner = type_.fields.get(key, "x") if type_ is not None else self._form(key, name)
            merge = type_.merges.get(key) if type_ is not None else None
            below = f"{name}.{key}" if name else key
            yield from self.values(
                old.get(key), new.get(key), inner, merge, below, (*at, *_here(key, old)), (*to, *_here(key, new))
            )

    def _form(self, key: str, above: str) -> str:
        """The form of a field where nothing is known of the kind: every object has the same metadata."""
        if key != "metadata" or above or self._known is None:
            return "x"
        some = self._known.kind(_SOME_KIND)
        return some.fields[key] if some is not None else "x"

    def values(self, old: Any, new: Any, form: str, merge: Any, name: str, at: Path, to: Path) -> Iterator[FieldChange]:
        if old == new or _both_nothing(old, new, form, name) or _same_amount(old, new, form):
            return
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            if form.startswith("{"):
                yield from self._map(old, new, form[1:], name, at, to)
            else:
                yield from self.objects(old, new, self._type(form), name, at, to)
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._list(old, new, form.removeprefix("["), merge, name, at, to)
        else:
            yield FieldChange(name, old, new, at, to)

    def _map(
        self, old: Mapping[str, Any], new: Mapping[str, Any], form: str, name: str, at: Path, to: Path
    ) -> Iterator[FieldChange]:
        for key in dict.fromkeys([*old, *new]):
            below = f"{name}.{key}" if key.isidentifier() else f"{name}[{key}]"
            yield from self.values(
                old.get(key), new.get(key), form, None, below, (*at, *_here(key, old)), (*to, *_here(key, new))
            )

    def _list(
        self, old: Sequence[Any], new: Sequence[Any], form: str, merge: Any, name: str, at: Path, to: Path
    ) -> Iterator[FieldChange]:
        keys = tuple(merge) if isinstance(merge, list | tuple) else ("name",)
        before, after = _by_key(old, keys), _by_key(new, keys)
        if before is None or after is None:
            if len(old) == len(new) and all(isinstance(one, Mapping) for one in (*old, *new)):
                for index, (one, other) in enumerate(zip(old, new, strict=True)):
                    yield from self.values(one, other, form, None, f"{name}[{index}]", (*at, index), (*to, index))
            else:
                yield FieldChange(name, old, new, at, to)
            return
        for key in dict.fromkeys([*before, *after]):
            one, other = before.get(key), after.get(key)
            yield from self.values(
                old[one] if one is not None else None,
                new[other] if other is not None else None,
                form,
                None,
                f"{name}[{key}]",
                (*at, one) if one is not None else at,
                (*to, other) if other is not None else to,
            )
        both = [key for key in before if key in after]
        if both != [key for key in after if key in before]:
            yield FieldChange(name, list(before), list(after), at, to, reordered=True)

    def _type(self, form: str) -> TypeSchema | None:
        return self._known.type(form[1:]) if self._known is not None and form.startswith("#") else None


def _here(key: str, value: Mapping[str, Any]) -> Path:
    return (key,) if key in value else ()


def _both_nothing(old: Any, new: Any, form: str, name: str) -> bool:
    """Whether absent, ``null`` and empty are one here: of lists, of maps of texts, and of structures held by value."""
    if old or new:
        return False
    if "" in (old, new):
        return None in (old, new) and _TEXT_BY_VALUE.search(name) is not None
    if not all(value is None or isinstance(value, Mapping | list) for value in (old, new)):
        return False
    return form[:1] in ("[", "{") or name.rpartition(".")[2] in _NEVER_ABSENT


def _same_amount(old: Any, new: Any, form: str) -> bool:
    if form not in ("q", "{q") or isinstance(old, Mapping) or isinstance(new, Mapping):
        return False
    before, after = read_quantity(old), read_quantity(new)
    return before is not None and before == after


def _by_key(values: Sequence[Any], keys: tuple[str, ...]) -> dict[str, int] | None:
    """The index of each entry by what tells it from the others; None where nothing does."""
    found: dict[str, int] = {}
    for index, value in enumerate(values):
        if not isinstance(value, Mapping):
            return None
        parts = [str(value[key]) for key in keys if key in value]
        key = "/".join(parts)
        if not parts or key in found:
            return None
        found[key] = index
    return found
