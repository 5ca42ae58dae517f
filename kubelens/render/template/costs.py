"""What calls of functions cost, in steps, so that a render that calls slow ones ends in time as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from kubelens.render.go.types import Struct

_MOST: Final = 100_000
"""Values beyond this many are not counted: the call ends by its own limit."""
_LONG: Final = 10_000
_CHARACTERS: Final = 64
"""Characters that cost as much as a value."""


class Cost(msgspec.Struct, frozen=True):
    """Steps of each call, and of each character and each value that its arguments hold.

    ``long``: steps more of each character of long texts, those beyond 10,000 of a call.
    """

    call: int = 0
    character: float = 0
    value: float = 0
    long: float = 0

    def of(self, arguments: Iterable[object]) -> int:
        """The steps of a call with these arguments."""
        characters, values = _size(arguments)
        more = max(characters - _LONG, 0) * self.long
        return self.call + int(characters * self.character + values * self.value + more)


def _size(arguments: Iterable[object]) -> tuple[int, int]:
    """How many characters and how many values the arguments hold."""
    characters = values = 0
    pending = list(arguments)
    seen: set[int] = set()
    while pending and values < _MOST:
        value = pending.pop()
        values += 1
        if isinstance(value, str | bytes):
            characters += len(value)
        elif isinstance(value, dict | list) and id(value) not in seen:
            seen.add(id(value))
            pending.extend(value.values() if isinstance(value, dict) else value)
        elif isinstance(value, Struct):
            pending.extend(value.fields.values())
    return characters, values


_PATTERN: Final = Cost(character=3)
_LETTERS: Final = Cost(character=1)
_BYTES: Final = Cost(character=0.05)
_DATA: Final = Cost(character=0.25, value=5)
_VALUES: Final = Cost(value=4, character=1 / _CHARACTERS)

COSTS: Final[dict[str, Cost]] = {
    **dict.fromkeys(("regexQuoteMeta", "semverCompare"), _PATTERN),
    **dict.fromkeys(
        (
            "snakecase",
            "kebabcase",
            "camelcase",
            "swapcase",
            "title",
            "untitle",
            "wrap",
            "wrapWith",
            "initials",
            "shuffle",
        ),
        _LETTERS,
    ),
    **dict.fromkeys(("b32enc", "b32dec", "b64dec", "nospace", "atoi"), _BYTES),
    **dict.fromkeys(("int", "int64", "float64", "urlParse", "toDate", "mustToDate"), _BYTES),
    **dict.fromkeys(("contains", "hasPrefix", "hasSuffix"), Cost(character=1 / 1000)),
    **dict.fromkeys(
        (
            *("toYaml", "mustToYaml", "toYamlPretty", "toJson", "mustToJson", "toPrettyJson", "mustToPrettyJson"),
            *("toRawJson", "mustToRawJson", "toToml", "mustToToml"),
        ),
        _DATA,
    ),
    **dict.fromkeys(
        (
            *("deepCopy", "mustDeepCopy", "deepEqual", "merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite"),
            *("toString", "toStrings", "print", "println", "squote", "cat", "join", "html", "js"),
            *("urlquery", "has", "mustHas", "without", "mustWithout", "concat", "append", "mustAppend", "push"),
            *("mustPush", "prepend", "mustPrepend", "reverse", "mustReverse", "compact", "mustCompact", "sortAlpha"),
            *("rest", "mustRest", "initial", "mustInitial", "slice", "mustSlice", "chunk", "mustChunk", "values"),
            *("keys", "pick", "omit", "pluck", "sum"),
        ),
        _VALUES,
    ),
    **dict.fromkeys(("printf", "quote"), Cost(value=4, character=1 / _CHARACTERS, long=0.05)),
    **dict.fromkeys(("uniq", "mustUniq"), Cost(value=50)),
    "derivePassword": Cost(call=100_000),
}
"""By the functions' names; the others cost nothing but what their results do."""
