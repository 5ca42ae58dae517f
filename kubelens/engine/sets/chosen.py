"""``--in NAME``: the sets that a command is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from kubelens.engine.config import ConfigError
from kubelens.engine.sets.found import Sets
from kubelens.engine.told_once import short_names

_NEAREST: Final = 4


def chosen_sets(sets: Sets, names: Sequence[str], kubernetes: str) -> Sets:
    """The sets of some names, in full or as short as they differ.

    Raises:
        ConfigError: there is none of a name.
    """
    built = sets.built(kubernetes)
    known = [name for one in built for name in (one.name, *one.also)]
    short = short_names(known)
    for name in names:
        if name not in known and name not in short:
            raise ConfigError(f"--in {name!r}: there is no such set; {_nearest(name, short)} (see kubelens sets)")
    chosen = frozenset(whole for whole, own in zip(known, short, strict=True) if whole in names or own in names)
    return replace(sets, names=chosen)


def _nearest(name: str, short: Sequence[str]) -> str:
    """The few names that are close to one, and how many there are."""
    import difflib  # noqa: PLC0415 - only after a mistake

    if not short:
        return "no set is there"
    holding = [one for one in short if name.lower() in one.lower()]
    close = [*difflib.get_close_matches(name, short, _NEAREST, 0.5), *sorted(holding, key=len)]
    few = list(dict.fromkeys(close))[:_NEAREST] or sorted(short)[:_NEAREST]
    return f"the only one is {few[0]}" if len(short) == 1 else f"of {len(short)} the nearest: {', '.join(few)}"
