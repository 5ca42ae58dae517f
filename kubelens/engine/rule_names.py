"""What the name of a rule in settings stands for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from kubelens.engine.config import ConfigError, did_you_mean
from kubelens.rules.api import Profile, Rule
from kubelens.syntax.pattern import pattern

_MOST_HOLDING: Final = 4
_WORD: Final = pattern(r"[a-z0-9]{4,}")


class UnknownRule(ConfigError):
    """A name that is no rule, alias or family."""


def expand(names: Iterable[str], rules: Iterable[Rule[Any]]) -> frozenset[str]:
    """The rules that names stand for: names, aliases, families, profiles (``profile:security``) or ``ALL``.

    Raises:
        UnknownRule: a name stands for nothing; the message says which is close.
    """
    rules = list(rules)
    known = {rule.name for rule in rules}
    families: dict[str, set[str]] = {}
    aliases: dict[str, set[str]] = {}
    for rule in rules:
        families.setdefault(rule.family, set()).add(rule.name)
        for alias in rule.aliases:
            aliases.setdefault(alias, set()).add(rule.name)
    found: set[str] = set()
    for name in names:
        if name == "ALL":
            found |= known
        elif name in known:
            found.add(name)
        elif name in aliases:
            found |= aliases[name]
        elif name in families:
            found |= families[name]
        elif name.startswith("profile:") and name[8:] in set(Profile):
            found |= {rule.name for rule in rules if Profile(name[8:]) in rule.profiles}
        else:
            hint = _close(name, known | set(families) | set(aliases))
            raise UnknownRule(f"no rule, alias or family is called {name!r}{hint}", name)
    return frozenset(found)


def _close(name: str, names: Collection[str]) -> str:
    """What may be meant: the one that is spelt alike, those that hold its longest word, else where all are listed."""
    if told := did_you_mean(name.lower().replace("_", "-"), names):
        return told
    for word in sorted(_WORD.findall(name.lower()), key=len, reverse=True):
        if holding := sorted(one for one in names if word in one):
            return f"; with {word!r} there are {', '.join(holding[:_MOST_HOLDING])}"
    return " ('kubelens rules' lists them)"
