"""All functions of a Helm release, by the name that templates know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from kubelens.render.functions.family import Changed, Cost, Family
from kubelens.render.functions.flow import flow
from kubelens.render.functions.lists import LISTS
from kubelens.render.functions.rendering import Rendering
from kubelens.render.go.function import Function

_FIRST_WITH_NEW: Final = 4
_NONE: Final[Mapping[str, Function]] = {}


class Library(Mapping[str, Function]):
    """The functions that charts may call, bound to a render: those that its version of Helm has.

    ``builtins``: those of text/template itself, of which ``slice`` gives way to that for lists. A family is imported
    when a name is asked for that none of those before it has: most charts need the first few.
    """

    def __init__(self, rendering: Rendering, builtins: Mapping[str, Function]) -> None:
        self._helm = rendering.helm
        self._rendering = rendering
        self._known = {**builtins, **flow(rendering).functions}
        self._enter(LISTS)
        self._rest = iter(_FAMILIES)

    def __getitem__(self, name: str) -> Function:
        while name not in self._known:
            if not self._load():
                raise KeyError(name)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        while name not in self._known:
            if not self._load():
                return False
        return True

    def __iter__(self) -> Iterator[str]:
        while self._load():
            pass
        return iter(self._known)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _load(self) -> bool:
        """Imports the next family; False after the last one."""
        family = next(self._rest, None)
        if family is None:
            return False
        self._enter(family(self._helm))
        return True

    def _enter(self, family: Family) -> None:
        for name, function in family.functions.items():
            if name not in family.new or self._helm >= _FIRST_WITH_NEW:
                costs, changes = family.costs.get(name), family.changes.get(name)
                told = function if changes is None else self._told(function, changes)
                self._known[name] = told if costs is None else self._charged(told, costs)

    def _charged(self, function: Function, costs: Cost) -> Function:
        """The function, its work counted before it is done."""
        work, call = self._rendering.work, function.call

        def charged(*arguments: object) -> object:
            work(costs(*arguments))
            return call(*arguments)

        return Function(function.name, charged, function.parameters, function.variadic)

    def _told(self, function: Function, changes: Changed) -> Function:
        """The function, what it changes told before it does."""
        rendering, call = self._rendering, function.call

        def told(*arguments: object) -> object:
            rendering.changes(changes(*arguments))
            return call(*arguments)

        return Function(function.name, told, function.parameters, function.variadic)


def library(rendering: Rendering, builtins: Mapping[str, Function] = _NONE) -> Library:
    """The functions that charts may call, bound to a render, with ``builtins`` among them."""
    return Library(rendering, builtins)


def _defaults(_helm: int) -> Family:
    from kubelens.render.functions.defaults import DEFAULTS  # noqa: PLC0415 - imported when needed

    return DEFAULTS


def _strings(_helm: int) -> Family:
    from kubelens.render.functions.strings import STRINGS  # noqa: PLC0415 - imported when needed

    return STRINGS


def _dicts(_helm: int) -> Family:
    from kubelens.render.functions.dicts import DICTS  # noqa: PLC0415 - imported when needed

    return DICTS


def _yaml(_helm: int) -> Family:
    from kubelens.render.functions.yaml import YAML  # noqa: PLC0415 - imported when needed

    return YAML


def _math(_helm: int) -> Family:
    from kubelens.render.functions.math import MATH  # noqa: PLC0415 - imported when needed

    return MATH


def _reflection(_helm: int) -> Family:
    from kubelens.render.functions.reflection import REFLECTION  # noqa: PLC0415 - imported when needed

    return REFLECTION


def _hashes(_helm: int) -> Family:
    from kubelens.render.functions.hashes import HASHES  # noqa: PLC0415 - imported when needed

    return HASHES


def _encoding(_helm: int) -> Family:
    from kubelens.render.functions.encoding import ENCODING  # noqa: PLC0415 - imported when needed

    return ENCODING


def _json(helm: int) -> Family:
    from kubelens.render.functions.json import json  # noqa: PLC0415 - imported when needed

    return json(helm)


def _semver(helm: int) -> Family:
    from kubelens.render.functions.semver import semver  # noqa: PLC0415 - imported when needed

    return semver(helm)


def _regexp(_helm: int) -> Family:
    from kubelens.render.functions.regexp import REGEXP  # noqa: PLC0415 - imported when needed

    return REGEXP


def _random(_helm: int) -> Family:
    from kubelens.render.functions.random import RANDOM  # noqa: PLC0415 - imported when needed

    return RANDOM


def _cases(_helm: int) -> Family:
    from kubelens.render.functions.cases import CASES  # noqa: PLC0415 - imported when needed

    return CASES


def _paths(_helm: int) -> Family:
    from kubelens.render.functions.paths import PATHS  # noqa: PLC0415 - imported when needed

    return PATHS


def _dates(_helm: int) -> Family:
    from kubelens.render.functions.dates import DATES  # noqa: PLC0415 - imported when needed

    return DATES


def _urls(_helm: int) -> Family:
    from kubelens.render.functions.urls import URLS  # noqa: PLC0415 - imported when needed

    return URLS


def _certificates(_helm: int) -> Family:
    from kubelens.render.functions.certificates import CERTIFICATES  # noqa: PLC0415 - imported when needed

    return CERTIFICATES


def _passwords(_helm: int) -> Family:
    from kubelens.render.functions.passwords import PASSWORDS  # noqa: PLC0415 - imported when needed

    return PASSWORDS


def _toml(helm: int) -> Family:
    from kubelens.render.functions.toml import toml  # noqa: PLC0415 - imported when needed

    return toml(helm)


def _decimals(_helm: int) -> Family:
    from kubelens.render.functions.decimals import DECIMALS  # noqa: PLC0415 - imported when needed

    return DECIMALS


def _network(_helm: int) -> Family:
    from kubelens.render.functions.network import NETWORK  # noqa: PLC0415 - imported when needed

    return NETWORK


def _durations(_helm: int) -> Family:
    from kubelens.render.functions.durations import DURATIONS  # noqa: PLC0415 - imported when needed

    return DURATIONS


def _encryption(_helm: int) -> Family:
    from kubelens.render.functions.encryption import ENCRYPTION  # noqa: PLC0415 - imported when needed

    return ENCRYPTION


_FAMILIES: Final[tuple[Callable[[int], Family], ...]] = (
    _defaults,
    _strings,
    _dicts,
    _yaml,
    _math,
    _reflection,
    _hashes,
    _encoding,
    _json,
    _semver,
    _regexp,
    _random,
    _cases,
    _paths,
    _dates,
    _urls,
    _certificates,
    _passwords,
    _toml,
    _decimals,
    _network,
    _durations,
    _encryption,
)
"""Those that charts use most come first."""
