"""The built-in rules: every module of the families below :mod:`kubelens.rules` that defines one.

An index (``index.jsonl``, written by ``tools/build_docs.py``) says of each what choosing and dispatching asks; its module
is imported when it first looks at something.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, Final

import msgspec
from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.manifest import Manifest
from kubelens.kube.resource import Resource
from kubelens.kube.workload import PodContainer, Workload
from kubelens.rules.api import Context, Finding, Option, Profile, Rule, Severity
from kubelens.rules.subjects import ChartRun, ScenarioRun, Text, UnusedSuppression

INDEX: Final = os.path.join(os.path.dirname(__file__), "index.jsonl")
_SUBJECTS: Final[dict[str, type[Any]]] = {
    kind.__name__: kind
    for kind in (Bundle, ChartRun, Manifest, PodContainer, Resource, ScenarioRun, Text, UnusedSuppression, Workload)
}


class _Entry(Struct, frozen=True, omit_defaults=True):
    """A line of the index: a rule without what it does. ``on``: one type by its name, or kinds."""

    name: str
    family: str
    module: str
    on: str | tuple[str, ...]
    severity: Severity
    profiles: tuple[Profile, ...]
    options: tuple[Option, ...] = ()
    aliases: tuple[str, ...] = ()
    needs_old: bool = False
    mentions: tuple[str, ...] = ()
    on_trouble: bool = False
    kinds: tuple[str, ...] = ()


class _Deferred:
    """What a rule does and its page, in a module that is imported when one of them is asked for."""

    __slots__ = ("_check", "_module", "_name")

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name
        self._check: Any = None

    def rule(self) -> Rule[Any]:
        return next(one for one in _rules_in(self._module) if one.name == self._name)

    def check(self, subject: Any, ctx: Context) -> Iterable[Finding]:
        if self._check is None:
            self._check = self.rule().check
        found: Iterable[Finding] = self._check(subject, ctx)
        return found

    def page(self) -> str:
        return self.rule().doc


def kubelens_rules() -> list[Rule[Any]]:
    """All built-in rules, by family and name, as the index has them."""
    with open(INDEX, "rb") as handle:
        entries = msgspec.json.decode(b"[" + b",".join(handle.read().splitlines()) + b"]", type=list[_Entry])
    return [_indexed(entry) for entry in entries]


def _indexed(entry: _Entry) -> Rule[Any]:
    deferred = _Deferred(entry.module, entry.name)
    return Rule(
        name=entry.name,
        family=entry.family,
        module=entry.module,
        on=_SUBJECTS[entry.on] if isinstance(entry.on, str) else entry.on,
        severity=entry.severity,
        check=deferred.check,
        page=deferred.page,
        profiles=frozenset(entry.profiles),
        options=entry.options,
        aliases=entry.aliases,
        needs_old=entry.needs_old,
        mentions=entry.mentions,
        on_trouble=entry.on_trouble,
        kinds=entry.kinds,
    )


def imported_rules() -> list[Rule[Any]]:
    """All built-in rules as their modules define them, by family and name."""
    return [one for module in rule_modules() for one in _rules_in(module)]


def index_text(rules: Iterable[Rule[Any]]) -> str:
    """The index of rules, one a line."""
    return "".join(msgspec.json.encode(_entry(one)).decode() + "\n" for one in rules)


def _entry(one: Rule[Any]) -> _Entry:
    return _Entry(
        one.name,
        one.family,
        one.module,
        one.on if isinstance(one.on, tuple) else one.on.__name__,
        one.severity,
        tuple(sorted(one.profiles)),
        one.options,
        one.aliases,
        one.needs_old,
        one.mentions,
        one.on_trouble,
        one.kinds,
    )


def _rules_in(module: str) -> Iterator[Rule[Any]]:
    return (value for value in vars(import_module(module)).values() if isinstance(value, Rule))


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
