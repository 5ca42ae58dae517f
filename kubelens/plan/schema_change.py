"""What a CustomResourceDefinition's schema says otherwise: fields that come and go, and what it takes less of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource

KIND: Final = "CustomResourceDefinition"
_DESCRIPTIVE: Final = frozenset({"description", "title", "example", "externalDocs"})
_LEAST: Final = frozenset({"minimum", "minLength", "minItems", "minProperties"})
_MOST: Final = frozenset({"maximum", "maxLength", "maxItems", "maxProperties"})
_DEFAULT: Final = "default"
_KEEPS_ALL: Final = "x-kubernetes-preserve-unknown-fields"
_RULES: Final = "x-kubernetes-validations"
_MOST_VALUES: Final = 3
_LONGEST_VALUE: Final = 40
_WORDS: Final = {
    "pattern": "has another pattern to match",
    "multipleOf": "is a multiple of another number",
    "exclusiveMinimum": "does not take its minimum",
    "exclusiveMaximum": "does not take its maximum",
    "uniqueItems": "takes no entry twice",
}


class SchemaChange(Struct, frozen=True):
    """What differs in the schema of one version; fields as ``spec.rules[].host``."""

    version: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    """Fields that are not kept any more; below a field that keeps what it does not know none is lost."""
    narrowed: tuple[str, ...]
    """Where values are refused that were taken, as sentences that begin with the field."""
    defaults: tuple[str, ...]
    """Fields with another default than before, as ``spec.shards: 1`` or ``spec.shards: none``."""
    others: tuple[str, ...]
    """Other rules that differ, as ``spec.mode takes v2 too``: what is taken in addition."""
    descriptions: int

    @property
    def takes_less(self) -> bool:
        """Whether an object that the old schema took whole may be cut or refused."""
        return bool(self.lost or self.narrowed)


def schema_changes(old: Resource, new: Resource) -> tuple[SchemaChange, ...]:
    """What differs in the schemas of the versions that a definition has before and after."""
    if new.kind != KIND or old.partial or new.partial:
        return ()
    before = _schemas(old)
    found = []
    for version, schema in _schemas(new).items():
        if version in before and before[version] != schema:
            comparison = _Comparison()
            comparison.schemas(before[version], schema, "")
            found.append(comparison.result(version))
    return tuple(found)


def is_of_schema(name: str) -> bool:
    """Whether a field of a definition is part of a version's schema."""
    return name.startswith("spec.versions[") and "].schema." in name


def _schemas(definition: Resource) -> dict[str, Mapping[str, Any]]:
    return {
        fields.text(one, "name"): fields.mapping(fields.mapping(one, "schema"), "openAPIV3Schema")
        for _, one in fields.items(definition.spec, "versions")
    }


class _Comparison:
    def __init__(self) -> None:
        self._gained: list[str] = []
        self._lost: list[str] = []
        self._narrowed: list[str] = []
        self._defaults: list[str] = []
        self._others: list[str] = []
        self._descriptions = 0

    def result(self, version: str) -> SchemaChange:
        lists = (tuple(self._gained), tuple(self._lost), tuple(self._narrowed), tuple(self._defaults))
        return SchemaChange(version, *lists, tuple(self._others), self._descriptions)

    def schemas(self, old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> None:
        if old == new:
            return
        self._properties(old, new, at)
        for key, below in (("items", f"{at}[]"), ("additionalProperties", f"{at}[*]")):
            before, after = old.get(key), new.get(key)
            if isinstance(before, Mapping) and isinstance(after, Mapping):
                self.schemas(before, after, below)
            elif before != after:
                self._others.append(f"{at} {key}".strip())
        for key in dict.fromkeys([*old, *new]):
            if key in ("properties", "items", "additionalProperties") or old.get(key) == new.get(key):
                continue
            if key in _DESCRIPTIVE:
                self._descriptions += 1
            elif key == _DEFAULT:
                self._defaults.append(f"{at}: {_value(new[key]) if key in new else 'none'}")
            elif said := _narrowing(key, old.get(key), new.get(key), new):
                self._narrowed += [f"{_below(at, said[0])} {said[1]}".strip()] if at or said[0] else [said[1]]
            else:
                self._others.append(f"{at} {_widening(key, old.get(key), new.get(key))}".strip())

    def _properties(self, old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> None:
        before, after = fields.mapping(old, "properties"), fields.mapping(new, "properties")
        keeps = new.get(_KEEPS_ALL) is True or isinstance(new.get("additionalProperties"), Mapping | bool)
        for name in dict.fromkeys([*before, *after]):
            below = _below(at, name)
            one, other = before.get(name), after.get(name)
            if isinstance(one, Mapping) and isinstance(other, Mapping):
                self.schemas(one, other, below)
            elif name not in before:
                self._gained.append(below)
            elif name not in after and not keeps:
                self._lost.append(below)
            else:
                self._others.append(f"{below} is kept without being named")


def _below(at: str, name: str) -> str:
    return f"{at}.{name}" if at and name else at or name


def _narrowing(key: str, old: Any, new: Any, schema: Mapping[str, Any]) -> tuple[str, str] | None:
    """(field below, what it does not take any more) of one rule; None where it takes as much or more."""
    if key == "required":
        return _required(_list(old), _list(new), fields.mapping(schema, "properties"))
    if key == "enum" and new is not None:
        gone = [one for one in _list(old) if one not in _list(new)]
        if old is None:
            return "", f"takes only {_values(_list(new))}"
        return ("", f"does not take {_values(gone)} any more") if gone else None
    if key == "type" and new is not None and (old, new) != ("integer", "number"):
        return "", f"is {new}, was {old}" if old is not None else f"is {new} alone"
    if key in _LEAST and new is not None and (old is None or new > old):
        return "", f"has a {key} of {new}"
    if key in _MOST and new is not None and (old is None or new < old):
        return "", f"has a {key} of {new}"
    if key in _WORDS and new:
        return "", _WORDS[key]
    if key == _RULES:
        known = [fields.text(one, "rule") for one in _list(old)]
        more = [one for one in _list(new) if fields.text(one, "rule") not in known]
        return ("", f"has {len(more)} more rule{'s' * (len(more) != 1)} to keep") if more else None
    if key in ("nullable", _KEEPS_ALL) and old is True:
        return "", "is never null" if key == "nullable" else "keeps no fields that it does not know"
    if key == "x-kubernetes-list-type" and new in ("set", "map"):
        return "", "takes no entry twice"
    return None


def _widening(key: str, old: Any, new: Any) -> str:
    """What one rule takes in addition, or how it reads now."""
    if key == "enum" and new is not None:
        return (
            f"takes {_values([one for one in _list(new) if one not in _list(old)])} too"
            if old != new
            else "takes the same"
        )
    if key == "required":
        gone = [one for one in _list(old) if one not in _list(new)]
        return (
            f"does not ask for {_values(gone)} any more"
            if gone
            else f"asks for {_values(_list(new))}, which has a default"
        )
    if new is None:
        return f"has no {key} any more"
    return f"{key} {_value(old) if old is not None else '(none)'} -> {_value(new)}"


def _required(old: Sequence[Any], new: Sequence[Any], properties: Mapping[str, Any]) -> tuple[str, str] | None:
    """A field with a default is never missing."""
    more = [one for one in new if one not in old and "default" not in fields.mapping(properties, str(one))]
    if not more:
        return None
    if len(more) == 1:
        return str(more[0]), "is required"
    return "", f"asks for {_values(more)}"


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _value(value: Any) -> str:
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return written if len(written) <= _LONGEST_VALUE else f"{written[:_LONGEST_VALUE]}..."


def _values(values: Sequence[Any]) -> str:
    more = f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
    return f"{', '.join(map(str, values[:_MOST_VALUES]))}{more}"
