"""What the name of a rule in settings stands for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kubelens.engine.config import ConfigError, did_you_mean
from kubelens.rules.api import Profile, Rule


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
            close = did_you_mean(name, known | set(families) | set(aliases))
            raise UnknownRule(f"no rule, alias or family is called {name!r}{close}", name)
    return frozenset(found)
