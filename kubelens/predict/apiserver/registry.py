"""What is known of each kind: the strategies of ``kinds/``, loaded when a kind is met."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib import import_module
from typing import Final

from kubelens.predict.apiserver import kinds
from kubelens.predict.apiserver.strategy import Strategy

_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


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
    """The strategies that the file of a kind holds."""
    module = f"{kinds.__name__}.{name}"
    if name not in _files():
        return ()
    found: tuple[Strategy, ...] = import_module(module).STRATEGIES
    return found


def all_strategies() -> tuple[Strategy, ...]:
    """The strategies of all kinds: also for a process about to be copied, whose copies would each import them."""
    return tuple(one for name in sorted(_files()) for one in _strategies(name))


@cache
def _files() -> frozenset[str]:
    """The names of the modules of ``kinds/``, compiled or not."""
    names = (name.partition(".") for folder in kinds.__path__ for name in os.listdir(folder))
    return frozenset(stem for stem, _, ending in names if ending in ("py", "pyc") and stem != "__init__")
