"""How a JSON Schema is held against a value: keyword by keyword, counting steps, with the documents it came through."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens import regexp
from kubelens.render.json_schema_references import Document, References

_MOST_REFERENCES: Final = 20_000
_MOST_STEPS: Final = 500_000
"""Keywords that are held against values, those with long lists, long texts and complaints counted by their length."""
OF_A_STEP: Final = 10
"""Items of a list in a schema that are compared in the time of a step."""
_OF_A_COMPLAINT: Final = 10
Way = tuple[str | int, ...]


class TooManyReferences(Exception):
    """A schema refers to itself in so many ways that a value is not held against it to the end."""


class TooManySteps(Exception):
    """A schema and a value are so large together that one is not held against the other to the end."""


class Mismatch(Struct, frozen=True, eq=False):
    """A value that fails a keyword: its ``path``, the keyword's ``way`` through the schema (``$ref`` and ``if`` are no steps).

    ``keyword``: ``""`` where the schema is false. ``wanted``: the keyword's value. ``below``: what the alternatives of
    an ``anyOf`` or ``oneOf`` have against it; their ways begin with this one's.
    """

    keyword: str
    wanted: Any
    value: Any
    schema: Any
    path: Way
    way: Way
    message: str = ""
    below: tuple[Mismatch, ...] = ()


class At(Struct, frozen=True, eq=False):
    """Where an evaluation stands: the path in the value, the way in the schema, the documents it came through."""

    path: Way
    way: Way
    scope: tuple[Document, ...]

    @property
    def document(self) -> Document:
        """The document that the schema stands in."""
        return self.scope[-1]


Keyword = Callable[["Evaluation", Any, Any, dict[str, Any], At], Iterator[Mismatch]]


class Evaluation:
    """One value held against one schema."""

    def __init__(
        self,
        schema: Any,
        beside: Mapping[str, Any],
        keywords_of: Callable[[int], Mapping[str, Keyword]],
        is_format: Callable[[str, Any], bool] | None,
    ) -> None:
        """``beside``: other schemas by their URIs; ``keywords_of``: the keywords of a draft.

        ``is_format``: whether a value has a format; without, each has.
        """
        self.keywords_of = keywords_of
        self.schema = schema
        self.references = References(schema, beside)
        self.is_format = is_format
        self.followed = 0
        self.steps = 0

    def mismatches(self, value: Any) -> Iterator[Mismatch]:
        """What is wrong with it.

        Raises:
            TooManyReferences, TooManySteps: see there.
            Unresolvable: a reference leads elsewhere.
        """
        return self.descend(value, self.schema, At((), (), (self.references.first,)))

    def descend(self, value: Any, schema: Any, at: At) -> Iterator[Mismatch]:
        """What a schema has against a value."""
        if schema is True:
            return
        if schema is False:
            self.take(_OF_A_COMPLAINT)
            yield Mismatch("", None, value, schema, at.path, at.way)
            return
        home = self.references.home(schema, at.document)
        if home is not at.document:
            at = At(at.path, at.way, (*at.scope, home))
        known = self.keywords_of(home.draft)
        ref_alone = home.draft <= 7 and "$ref" in schema
        for name, wanted in schema.items():
            keyword = known.get(name)
            if keyword is None or (ref_alone and name != "$ref"):
                continue
            self.take(1 + (len(wanted) // OF_A_STEP if isinstance(wanted, list | dict) else 0))
            below = at if name in ("$ref", "if") else At(at.path, (*at.way, name), at.scope)
            yield from keyword(self, wanted, value, schema, below)

    def wrong(self, wanted: Any, value: Any, schema: Any, at: At, message: str = "") -> Mismatch:
        """That a value fails the keyword on whose way an evaluation stands."""
        self.take(_OF_A_COMPLAINT)
        return Mismatch(str(at.way[-1]), wanted, value, schema, at.path, at.way, message)

    def is_valid(self, value: Any, schema: Any, at: At) -> bool:
        """Whether a schema has nothing against a value."""
        return next(self.descend(value, schema, at), None) is None

    def referred(self, ref: str, at: At) -> tuple[Any, At, str]:
        """What a reference leads to: see :meth:`References.find`."""
        self.followed += 1
        if self.followed > _MOST_REFERENCES:
            raise TooManyReferences
        schema, document, name = self.references.find(ref, at.document)
        return schema, At(at.path, at.way, (*at.scope, document)), name

    def referred_dynamically(self, ref: str, at: At) -> tuple[Any, At]:
        """What ``$dynamicRef`` leads to: the outermost document that has the name, where the nearest has it dynamically."""
        schema, there, name = self.referred(ref, at)
        if name in there.document.dynamic:
            outer = next(one for one in there.scope if name in one.dynamic)
            return outer.anchors[name], At(at.path, at.way, (*at.scope, outer))
        return schema, there

    def referred_recursively(self, at: At) -> tuple[Any, At]:
        """What ``$recursiveRef`` leads to: the outermost of the documents that say ``$recursiveAnchor`` one in the other."""
        schema, there, _ = self.referred("#", at)
        document = there.document
        if document.is_recursive:
            for outer in reversed(at.scope):
                if not outer.is_recursive:
                    break
                document = outer
            schema = document.root
        return schema, At(at.path, at.way, (*at.scope, document))

    def take(self, steps: int) -> None:
        """Count steps.

        Raises:
            TooManySteps: these are too many.
        """
        self.steps += steps
        if self.steps > _MOST_STEPS:
            raise TooManySteps


def first_equal(items: Sequence[Any]) -> tuple[int, int] | None:
    """The places of the first two items that are equal as JSON, where 1 is 1.0 and true is not 1."""
    places: dict[Any, int] = {}
    for place, item in enumerate(items):
        first = places.setdefault(_identity(item), place)
        if first != place:
            return first, place
    return None


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON."""
    if isinstance(one, dict | list | bool) or isinstance(other, bool):
        return _identity(one) == _identity(other)
    return bool(one == other)


def _identity(value: Any) -> Hashable:
    if isinstance(value, dict):
        return "map", frozenset((name, _identity(inner)) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return "list", tuple(map(_identity, value))
    return "bool" if isinstance(value, bool) else "", value


def matches(pattern: str, text: str) -> bool:
    """Whether a text has a match of a pattern of Go's: none runs for ever; one that Go refuses matches everything."""
    try:
        return regexp.compile(pattern).matches(text)
    except (regexp.RegexpError, regexp.TooMuch):
        return True


def additional(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """The names in a map for which a schema has neither a property nor a pattern."""
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [name for name in instance if name not in known and not any(matches(p, name) for p in patterns)]
