"""The ends of a connection as they stand on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click

from kubelens.cli.refusals import Refused
from kubelens.predict.api import Ask
from kubelens.predict.network import connection_goals
from kubelens.predict.network.connection_goals import NoSuchEnd, NothingBehind
from kubelens.predict.network.ends import End, PodEnd
from kubelens.predict.network.service_goals import Goal

ARROW: Final = "->"


def split_words(words: Sequence[str]) -> tuple[str, str, list[str]]:
    """(from, to, paths) of words like ``'a -> b:80' PATH`` or ``a b:80 PATH``.

    Raises:
        click.UsageError: one end is missing.
    """
    if words and ARROW in words[0]:
        source, _, goal = words[0].partition(ARROW)
        rest = list(words[1:])
    elif len(words) > 1:
        source, goal, rest = words[0], words[1], list(words[2:])
    else:
        source, goal, rest = "", "", []
    if not source.strip() or not goal.strip():
        raise click.UsageError("give both ends: kubelens predict connect 'web -> cart:8080' PATHS, or --matrix")
    return source.strip(), goal.strip(), rest


def find_sources(ends: Sequence[PodEnd], text: str) -> list[End]:
    """The workloads of a name, or an address.

    Raises:
        click.UsageError: there is none of that name.
    """
    try:
        return connection_goals.find_sources(ends, text)
    except NoSuchEnd as error:
        raise click.UsageError(str(error)) from error


def find_goals(
    ask: Ask, ends: Sequence[PodEnd], text: str, protocol: str, refused: Sequence[Refused] = ()
) -> list[Goal]:
    """Where ``[NAMESPACE/]NAME[:PORT]`` leads.

    Raises:
        click.UsageError: there is nothing of that name, or it has no such port.
        NothingBehind: it is a Service, and nothing among the files stands behind it, or the API server refuses it.
    """
    try:
        return connection_goals.find_goals(ask, ends, text, protocol)
    except NothingBehind:
        raise
    except NoSuchEnd as error:
        name = text.rpartition(":")[0] or text
        for one in refused:
            kind, _, key = one.object.partition(" ")
            if kind == "Service" and name in (key.strip("'"), key.strip("'").rpartition("/")[2]):
                raise NothingBehind(one.sentence) from error
        raise click.UsageError(str(error)) from error
