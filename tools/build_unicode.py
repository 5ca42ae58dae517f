"""Build ``kubelens/regexp/data/unicode.json.z``: what Go's package ``unicode`` knows of characters.

    uv run --with unicodedata2==15.0.0 --with fonttools==4.44.0 tools/build_unicode.py [--check]

Go 1.21 to 1.26, which Kubernetes is built with, has Unicode 15.0.0, and so have those two. The file holds the ranges of
every general category and script, as distances (first start, length, gap, length ...), and the sets of characters that
are one letter in different cases (statuses C and S of CaseFolding.txt). ``--check`` writes nothing and exits with 1
where the committed file differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

TARGET: Final = Path(__file__).parent.parent / "kubelens" / "regexp" / "data" / "unicode.json.z"
VERSION: Final = "15.0.0"
CHARACTERS: Final = range(0x110000)


def distances(characters: Iterable[int]) -> list[int]:
    """Sorted characters as runs: each run's gap from the end of the one before, and its length."""
    found: list[int] = []
    end = 0
    for character in characters:
        if found and character == end:
            found[-1] += 1
        else:
            found += [character - end, 1]
        end = character + 1
    return found


def grouped(kind_of: Callable[[str], str]) -> dict[str, list[int]]:
    """The characters of each kind."""
    groups: dict[str, list[int]] = defaultdict(list)
    for code in CHARACTERS:
        groups[kind_of(chr(code))].append(code)
    return {name: distances(members) for name, members in sorted(groups.items())}


def simple_fold(character: str, category: Callable[[str], str]) -> str:
    """What a character folds to, alone: lower case where the full folding is more than one character."""
    if category(character) == "Cn":
        return character
    folded = character.casefold()
    if len(folded) == 1:
        return folded
    lower = character.lower()
    return lower if len(lower) == 1 else character


def orbits(category: Callable[[str], str]) -> list[list[int]]:
    """Characters that are the same but for their case, two or more at a time."""
    groups: dict[str, list[int]] = defaultdict(list)
    for code in CHARACTERS:
        groups[simple_fold(chr(code), category)].append(code)
    return sorted(sorted(members) for members in groups.values() if len(members) > 1)


def content() -> dict[str, Any]:
    """What the file holds."""
    database = import_module("unicodedata2")
    scripts = import_module("fontTools.unicodedata")
    if database.unidata_version != VERSION:
        sys.exit(f"unicodedata2 must have Unicode {VERSION}, has {database.unidata_version}")
    by_script = grouped(lambda c: scripts.script_name(scripts.script(c)).replace(" ", "_"))
    by_script.pop("Unknown")
    return {
        "version": VERSION,
        "categories": grouped(database.category),
        "scripts": by_script,
        "orbits": orbits(database.category),
    }


def main() -> None:
    """Write the file, or say whether it is current."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    packed = zlib.compress(json.dumps(content(), separators=(",", ":")).encode(), 9)
    if parser.parse_args().check:
        sys.exit(TARGET.read_bytes() != packed)
    TARGET.write_bytes(packed)
    print(f"{TARGET.name}: {len(packed)} bytes")


if __name__ == "__main__":
    main()
