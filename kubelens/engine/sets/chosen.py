"""``--in NAME``: the sets that a command is asked about."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from kubelens.engine.config import ConfigError, did_you_mean
from kubelens.engine.sets.found import Sets
from kubelens.engine.told_once import short_names


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
            close = did_you_mean(name, [*known, *short])
            raise ConfigError(f"--in {name!r}: there is no such set{close} (see kubelens sets)")
    chosen = frozenset(whole for whole, own in zip(known, short, strict=True) if whole in names or own in names)
    return replace(sets, names=chosen)
