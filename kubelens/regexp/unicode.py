"""Categories, scripts and letter cases of characters, as Go's package ``unicode`` has them (Unicode 15.0.0)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_ALIASES: Final[Mapping[str, str]] = {
    "other": "c", "control": "cc", "cntrl": "cc", "format": "cf", "unassigned": "cn", "privateuse": "co",
    "surrogate": "cs", "letter": "l", "casedletter": "lc", "lowercaseletter": "ll", "modifierletter": "lm",
    "otherletter": "lo", "titlecaseletter": "lt", "uppercaseletter": "lu", "mark": "m", "combiningmark": "m",
    "spacingmark": "mc", "enclosingmark": "me", "nonspacingmark": "mn", "number": "n", "decimalnumber": "nd",
    "digit": "nd", "letternumber": "nl", "othernumber": "no", "punctuation": "p", "punct": "p",
    "connectorpunctuation": "pc", "dashpunctuation": "pd", "closepunctuation": "pe", "finalpunctuation": "pf",
    "initialpunctuation": "pi", "otherpunctuation": "po", "openpunctuation": "ps", "symbol": "s",
    "currencysymbol": "sc", "modifiersymbol": "sk", "mathsymbol": "sm", "othersymbol": "so", "separator": "z",
    "lineseparator": "zl", "paragraphseparator": "zp", "spaceseparator": "zs",
}  # fmt: skip
"""Long names of general categories, as the Unicode database spells them but for case and underscores."""
_CASED: Final = ("ll", "lt", "lu")


def table(name: str) -> tuple[tuple[int, int], ...] | None:
    """The ranges of ``\\p{name}``: a category, a script, ``Any``, ``Assigned`` or ``ASCII``; None where Go knows none.

    Upper and lower case, underscores, hyphens and spaces make no difference (Go 1.25, ``regexp/syntax.unicodeTable``).
    """
    plain = name.lower().translate({ord(c): None for c in "_- "})
    if plain == "any":
        return ((0, 0x10FFFF),)
    if plain == "ascii":
        return ((0, 0x7F),)
    return _table(plain) if name.isascii() else None


@cache
def _table(plain: str) -> tuple[tuple[int, int], ...] | None:
    stored = _stored()
    categories = stored["categories"]
    plain = _ALIASES.get(plain, plain)
    if plain == "assigned":
        chosen = [key for key in categories if key != "cn"]
    elif plain == "lc":
        chosen = list(_CASED)
    else:
        chosen = [key for key in categories if key == plain or (len(plain) == 1 and key[0] == plain)]
    if chosen:
        return tuple(sorted(run for key in chosen for run in _runs(categories[key])))
    return tuple(_runs(stored["scripts"][plain])) if plain in stored["scripts"] else None


@cache
def orbits() -> Mapping[int, tuple[int, ...]]:
    """For each character with more than one case: the characters that are the same letter."""
    return {code: tuple(orbit) for orbit in _stored()["orbits"] for code in orbit}


def _runs(distances: list[int]) -> Iterator[tuple[int, int]]:
    end = 0
    pairs = iter(distances)
    for gap, length in zip(pairs, pairs, strict=True):
        yield end + gap, end + gap + length - 1
        end += gap + length


@cache
def _stored() -> dict[str, Any]:
    content = Path(__file__).with_name("data").joinpath("unicode.json.z").read_bytes()
    stored: dict[str, Any] = json.loads(zlib.decompress(content))
    for kind in ("categories", "scripts"):
        stored[kind] = {name.lower().replace("_", ""): runs for name, runs in stored[kind].items()}
    return stored
