"""The built-in rules: every module of the families below :mod:`kubelens.rules` that defines one.

``index.json`` holds what is known of a rule before it runs, so that a module is imported when its rule first looks at
something: most folders hold few kinds of objects, and start-up counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from kubelens.plugin import hookimpl
from kubelens.rules.api import Context, Finding, Option, Profile, Rule, Severity

INDEX: Final = Path(__file__).parent / "index.json"
"""Written by ``tools/build_docs.py``."""


@hookimpl
def kubelens_rules() -> list[Rule[Any]]:
    """All built-in rules, by family and name."""
    entries = _index()
    if {entry["module"] for entry in entries} != set(rule_modules()):
        return imported_rules()
    return [_indexed(entry) for entry in entries]


def imported_rules() -> list[Rule[Any]]:
    """All built-in rules, every module imported."""
    return [rule for name in rule_modules() for rule in _rules_in(name)]


def index_of(rules: Iterable[Rule[Any]]) -> list[dict[str, Any]]:
    """What ``index.json`` says of rules that are imported."""
    return [
        {
            "module": rule.check.__module__,
            "name": rule.name,
            "family": rule.family,
            "on": list(rule.on) if isinstance(rule.on, tuple) else f"{rule.on.__module__}:{rule.on.__name__}",
            "severity": int(rule.severity),
            "profiles": sorted(rule.profiles),
            "options": [[option.name, option.default, option.help] for option in rule.options],
            "aliases": list(rule.aliases),
            "needs_old": rule.needs_old,
        }
        for rule in rules
    ]


def _index() -> list[dict[str, Any]]:
    try:
        entries: list[dict[str, Any]] = json.loads(INDEX.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return entries


def _indexed(entry: dict[str, Any]) -> Rule[Any]:
    later = _Later(entry["module"], entry["name"])
    return Rule(
        name=entry["name"],
        family=entry["family"],
        on=tuple(entry["on"]) if isinstance(entry["on"], list) else _type(entry["on"]),
        severity=Severity(entry["severity"]),
        check=later,
        text=later.page,
        profiles=frozenset(map(Profile, entry["profiles"])),
        options=tuple(Option(*option) for option in entry["options"]),
        aliases=tuple(entry["aliases"]),
        needs_old=entry["needs_old"],
    )


def _type(name: str) -> type[Any]:
    module, _, attribute = name.partition(":")
    found: type[Any] = getattr(import_module(module), attribute)
    return found


def _rules_in(module: str) -> Iterator[Rule[Any]]:
    return (value for value in vars(import_module(module)).values() if isinstance(value, Rule))


class _Later:
    """A rule's check, imported when it is first called."""

    __slots__ = ("_check", "_module", "_name")

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name
        self._check: Callable[[Any, Context], Iterable[Finding]] | None = None

    def __call__(self, subject: Any, ctx: Context) -> Iterable[Finding]:
        if self._check is None:
            self._check = self._rule().check
        return self._check(subject, ctx)

    def page(self) -> str:
        """The rule's page."""
        return self._rule().doc

    def _rule(self) -> Rule[Any]:
        return next(rule for rule in _rules_in(self._module) if rule.name == self._name)


def rule_modules() -> list[str]:
    """The modules that hold rules: ``kubelens.rules.FAMILY.NAME``, sorted."""
    here = os.path.dirname(__file__)
    names: list[str] = []
    for family in sorted(os.listdir(here)):
        folder = os.path.join(here, family)
        if family.startswith(("_", ".")) or not os.path.isdir(folder):
            continue
        names.extend(
            f"kubelens.rules.{family}.{name[:-3]}"
            for name in sorted(os.listdir(folder))
            if name.endswith(".py") and not name.startswith("_")
        )
    return names
