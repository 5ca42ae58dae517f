"""Texts made wrong: bytes, lines, words and parts of the trees of texts that are right or were faults once."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from msgspec import Struct

from kubelens.engine.plugins import Plugins
from kubelens.testing import examples_of, resources_from_text
from tests.fuzz.wrong_types import WRONG
from tests.world import mutated as world

CORPUS: Final = Path(__file__).with_name("corpus")
_PIECES: Final = (
    *(
        "",
        " ",
        "\n",
        "\t",
        "\r\n",
        ":",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "<<: ",
        "!!int ",
        "|",
        ">",
        "#",
        "---\n",
        "...\n",
    ),
    *(
        "%YAML 1.2\n",
        '"',
        "'",
        "\0",
        "\x1b[31m",
        "\u202e",
        "\ufeff",
        "\x85",
        "{{ .x }}",
        "${X}",
        "null",
        "~",
        ".inf",
        "0x1F",
        "1e999",
        "-1",
    ),
    "9" * 400,
)


@cache
def seeds() -> tuple[str, ...]:
    """The corpus, then every example of every rule."""
    kept = [file.read_text(encoding="utf-8") for file in sorted(CORPUS.glob("*.yaml"))]
    rules = Plugins(third_party=False).rules()
    return (*kept, *(example.text for rule in rules for example in examples_of(rule)))


class Change(Struct, frozen=True):
    """A text that was made wrong, and what it was before: both may hold several documents."""

    before: str
    after: str


def mutated(random: Random) -> Change:
    """One text of the seeds with one to four changes."""
    before = text = random.choice(seeds())
    for _ in range(random.randint(1, 4)):
        text = random.choice(_CHANGES)(text, random)
    return Change(before, text)


def mutated_bundle(random: Random) -> Change:
    """A small shop after one to five edits of the world's test, with up to three more changes to any part of its text.

    What it was before is the shop as it is or, one time in four, another one made wrong.
    """
    before = _mutated_bundle(random) if random.random() < 0.25 else _shop()
    return Change(before, _mutated_bundle(random))


@cache
def _shop() -> str:
    return "\n---\n".join(map(json.dumps, world.shop()))


def _mutated_bundle(random: Random) -> str:
    text, _ = world.mutated(random.getrandbits(32))
    values = [json.loads(one) for one in text.split("\n---\n")]
    for _ in range(random.randint(0, 3)):
        _spoil(random.choice(values), random)
    random.shuffle(values)
    return "\n---\n".join(map(json.dumps, values))


def _characters(text: str, random: Random) -> str:
    start = random.randint(0, len(text))
    return text[:start] + random.choice(_PIECES) + text[start + random.randint(0, 3) :]


def _lines(text: str, random: Random) -> str:
    lines = text.split("\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
        case _:
            lines[one] = " " * random.randint(0, 8) + lines[one].lstrip()
    return "\n".join(lines)


def _words(text: str, random: Random) -> str:
    words = text.split(" ")
    words[random.randrange(len(words))] = random.choice((*_PIECES, random.choice(words)))
    return " ".join(words)


def _tree(text: str, random: Random) -> str:
    values = [copy.deepcopy(json.loads(json.dumps(r.value))) for r in resources_from_text(text)]
    for value in values:
        _spoil(value, random)
    return "\n---\n".join(map(json.dumps, values)) if values else text


def _spoil(value: Any, random: Random) -> None:
    """Replace, drop or double something in a tree, in place."""
    while isinstance(value, (dict, list)) and value:
        keys: Sequence[Any] = list(value) if isinstance(value, dict) else range(len(value))
        key = random.choice(keys)
        inner = value[key]
        if isinstance(inner, (dict, list)) and inner and random.random() < 0.8:
            value = inner
            continue
        match random.randrange(4):
            case 0:
                del value[key]
            case 1 if isinstance(value, list):
                value.append(copy.deepcopy(inner))
            case _:
                value[key] = copy.deepcopy(random.choice(WRONG))
        return


_CHANGES: Final[tuple[Callable[[str, Random], str], ...]] = (_characters, _lines, _words, _tree)
