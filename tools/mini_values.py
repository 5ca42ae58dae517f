"""Random values of a chart, with what YAML reads in surprising ways."""

from __future__ import annotations

import json
from random import Random
from typing import Final

Value = object
"""A string, number, truth, None, list or map; ``Plain`` for text that is written as it is."""
_WORDS: Final = ("oak", "red boat", "UPPER", "a-b_c", "x", "", "two words here", "1.2.3", "camelCase", "tail ", "é")
_PLAIN: Final = (
    *("yes", "no", "on", "~", "null", "012", "0x1F", "1_000", "1e3", ".5", "+7", "1.0", "2001-01-01", "1:30", "0o17"),
    *("true", "False", "9007199254740993", "123456789", "-0", "1.50", "0b11", "NaN", "=", "y"),
)
_TEXTS: Final = (
    "line one\nline two\n",
    "tab\there",
    'say "hi"',
    "it's",
    "a: b",
    "# no comment",
    "{{ .Values.s }}",
    "- item",
    "50%",
    "back\\slash",
    " lead",
    "@at",
    "true",
    "10",
)
STRINGS: Final = ("s", "t", "u")
NUMBERS: Final = ("n", "p")
LISTS: Final = ("l", "names")
MAPS: Final = ("m", "labels")
TRUTHS: Final = ("b", "enabled")


class Plain(str):
    """Text that stands in the file without quotes."""


def random_values(random: Random) -> dict[str, Value]:
    """Values under the names that templates know, each now and then of another type, or missing."""
    found: dict[str, Value] = {}
    makers = (
        *((name, _string) for name in STRINGS),
        *((name, lambda r: r.choice((0, 1, 7, -3, 80, 1.5, 2e6, 10_000_000))) for name in NUMBERS),
        ("l", lambda r: [_scalar(r) for _ in range(r.randint(0, 4))]),
        ("names", lambda r: [r.choice(_WORDS) for _ in range(r.randint(0, 3))]),
        ("m", _map),
        ("labels", lambda r: {key: _string(r) for key in r.sample(("app", "tier", "z.example/x"), r.randint(0, 3))}),
        *((name, lambda r: r.random() < 0.5) for name in TRUTHS),
        ("items", lambda r: [{"name": r.choice(_WORDS), "size": r.randint(0, 9)} for _ in range(r.randint(0, 3))]),
    )
    for name, make in makers:
        if random.random() < 0.97:
            found[name] = make(random) if random.random() < 0.98 else _scalar(random)
    return found


def _string(random: Random) -> Value:
    return random.choice(_WORDS) if random.random() < 0.7 else random.choice(_TEXTS)


def _scalar(random: Random) -> Value:
    kind = random.random()
    if kind < 0.4:
        return _string(random)
    if kind < 0.75:
        return Plain(random.choice(_PLAIN))
    return random.choice((None, True, False, 3, -1, 0.25, 1e21))


def _map(random: Random, depth: int = 2) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key in random.sample(("x", "y", "deep", "Z", "list", "1"), random.randint(0, 4)):
        if key == "deep" and depth:
            found[key] = _map(random, depth - 1)
        elif key == "list":
            found[key] = [_scalar(random) for _ in range(random.randint(0, 3))]
        else:
            found[key] = _scalar(random)
    return found


def written(values: dict[str, Value], random: Random) -> str:
    """Values as a file, in styles that vary."""
    return "\n".join(_lines(values, random, 0)) + "\n" if values else "{}\n"


def _lines(value: dict[str, Value], random: Random, indent: int) -> list[str]:
    pad, found = " " * indent, list[str]()
    for key, item in value.items():
        name = json.dumps(key) if key == "1" else key
        if isinstance(item, dict) and item and random.random() < 0.8:
            found += [f"{pad}{name}:", *_lines(item, random, indent + 2)]
        elif isinstance(item, list) and item and random.random() < 0.6:
            found += [f"{pad}{name}:", *(f"{pad}- {_inline(one, random)}" for one in item)]
        elif type(item) is str and item.endswith("\n") and random.random() < 0.7:
            found += [f"{pad}{name}: |", *(f"{pad}  {line}" for line in item.splitlines())]
        else:
            found.append(f"{pad}{name}: {_inline(item, random)}")
        if random.random() < 0.08:
            found.append(f"{pad}# remark")
    return found


def _inline(value: Value, random: Random) -> str:
    if isinstance(value, Plain):
        return str(value)
    if isinstance(value, str):
        simple = value.replace("-", "").replace("_", "").isalpha() and value.isascii() and random.random() < 0.7
        return value if simple else json.dumps(value, ensure_ascii=random.random() < 0.5)
    if isinstance(value, list):
        return f"[{', '.join(_inline(one, random) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(key)}: {_inline(item, random)}' for key, item in value.items())}}}"
    if value is None:
        return random.choice(("null", "~"))
    return json.dumps(value)
