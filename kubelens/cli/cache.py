"""``kubelens cache``: what earlier runs found."""

from __future__ import annotations

import click

from kubelens.cli.printing import say
from kubelens.engine.cache.folder import NoCache, cache_folder
from kubelens.engine.cache.store import MOST_BYTES, Store, why_none

_MIB = 1024 * 1024


@click.group(name="cache")
def command() -> None:
    """What earlier runs of kubelens check found: where it is kept, how much, and how to forget it."""


@command.command()
def info() -> None:
    """Say where the cache is, how much it holds, and why there is none."""
    try:
        folder = cache_folder()
    except NoCache as error:
        say(f"no cache: {error}")
        return
    say(f"folder: {folder}")
    if reason := why_none():
        say(f"not used: {reason}")
        return
    size = Store(folder).size()
    say(f"values: {size.values}", f"size: {size.bytes / _MIB:.1f} MiB, at most about {MOST_BYTES // _MIB} MiB")


@command.command()
def clear() -> None:
    """Forget what earlier runs found."""
    try:
        Store(cache_folder()).clear()
    except NoCache:
        return
