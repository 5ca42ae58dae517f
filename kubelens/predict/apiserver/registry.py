"""What is known of each kind: the strategies of ``kinds/``, loaded when a kind is met."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from kubelens.predict.apiserver import kinds
from kubelens.predict.apiserver.strategy import Strategy
from kubelens.syntax.pattern import pattern

_WORD: Final = pattern(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def strategy_of(group: str, version: str, kind: str) -> Strategy | None:
    """What is known of a kind, None where it is only known by its schema.

    A strategy of the version goes before one of all versions.
    """
    found = [one for one in strategies_named(kind) if one.group == group]
    return next((one for one in found if one.version == version), next((one for one in found if not one.version), None))


def strategies_named(kind: str) -> tuple[Strategy, ...]:
    """The strategies of the kinds of a name, in all groups and versions."""
    return tuple(one for one in _strategies(_WORD.sub("_", kind).lower()) if one.kind == kind)


@cache
def _strategies(name: str) -> tuple[Strategy, ...]:
    """The strategies that the file of a kind holds; none where no file has that name, which a manifest gave."""
    if not name.isidentifier() or name.startswith("_"):
        return ()
    module = f"{kinds.__name__}.{name}"
    try:
        found: tuple[Strategy, ...] = import_module(module).STRATEGIES
    except ModuleNotFoundError as missing:
        if missing.name != module:
            raise
        return ()
    return found


def all_strategies() -> tuple[Strategy, ...]:
    """The strategies of all kinds: also for a process about to be copied, whose copies would each import them."""
    from pkgutil import iter_modules  # noqa: PLC0415 - one kind is found without

    return tuple(one for found in iter_modules(kinds.__path__) for one in _strategies(found.name))
