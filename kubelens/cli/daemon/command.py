"""``kubelens daemon``: which daemons of this user there are, and their end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

import click
from msgspec import Struct

from kubelens.cli.daemon.place import runtime_folder
from kubelens.cli.daemon.wire import STATUS, STOP, connected, receive, send
from kubelens.cli.printing import say
from kubelens.report.summary import plural


class Told(Struct, frozen=True):
    """What a daemon says of itself; ``cpu`` are the seconds that it and its runs took, ``begin`` seconds since 1970."""

    release: str
    python: str
    process: int
    begin: int
    served: int
    running: int
    cpu: float


@click.group(name="daemon")
def command() -> None:
    """Say which processes of yours wait to run checks (check --daemon), or stop them."""


@command.command()
def status() -> None:
    """List the daemons. Ends with 1 where there is none."""
    found = list(_all(STATUS))
    for one in found:
        begin = datetime.fromtimestamp(one.begin).astimezone().isoformat(" ", "seconds")
        runs = f"{plural(one.served, 'run')}, {one.running} under way, {one.cpu:.2f} s of CPU"
        say(f"process {one.process}: kubelens {one.release} with {one.python}, since {begin}, {runs}")
    if not found:
        say("no daemon")
        raise SystemExit(1)


@command.command()
def stop() -> None:
    """Stop the daemons; runs that are under way come to their end."""
    found = list(_all(STOP))
    for one in found:
        say(f"process {one.process} takes no more runs")
    if not found:
        say("no daemon")


def _all(verb: bytes) -> Iterator[Told]:
    folder = runtime_folder()
    names = sorted(os.listdir(folder)) if folder is not None else []
    for name in names:
        if folder is not None and name.endswith(".sock") and (told := _told(os.path.join(folder, name), verb)):
            yield told


def _told(path: str, verb: bytes) -> Told | None:
    try:
        connection = connected(path, 2.0)
        try:
            send(connection, [verb])
            parts, _ = receive(connection)
        finally:
            connection.close()
        release, python, process, begin, served, running, cpu = (os.fsdecode(part) for part in parts)
        return Told(release, python, int(process), int(begin), int(served), int(running), float(cpu))
    except (OSError, ValueError):
        return None
