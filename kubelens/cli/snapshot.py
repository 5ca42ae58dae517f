"""``kubelens snapshot``."""

from __future__ import annotations

from typing import Final

import click

from kubelens.cli.printing import complain, fail, say, say_json
from kubelens.engine.cluster_snapshot import KINDS, take_snapshot
from kubelens.engine.whole_file import write_whole
from kubelens.predict.first_names import first_names
from kubelens.report.json_text import json_text

_MOST_NAMED: Final = 4


@click.command(name="snapshot")
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write to this file, not to standard output.")
@click.option("--context", default="", help="The kubectl context; default: the current one.")
@click.option("--namespace", "-n", default="", help="One namespace alone; default: all.")
@click.option(
    "--kinds", default="", help=f"Kinds as kubectl names them, with commas; default: {len(KINDS)} built-in ones."
)
def command(output: str | None, context: str, namespace: str, kinds: str) -> None:
    """Write what a cluster holds, for --cluster and for 'kubelens plan', by way of 'kubectl get'.

    Read only. Values of Secrets are left out, their keys stay. Needs the rights to get and list these kinds; those that
    cannot be read are named.
    """
    wanted = tuple(filter(None, (kind.strip() for kind in kinds.split(",")))) or KINDS
    try:
        taken = take_snapshot(wanted, context=context, namespace=namespace)
    except FileNotFoundError as error:
        fail(str(error))
    alike: dict[str, list[str]] = {}
    for told in taken.missing:
        kind, _, why = told.partition(": ")
        alike.setdefault(why, []).append(kind)
    for why, those in alike.items():
        complain(f"not in the snapshot: {first_names(those, _MOST_NAMED)}: {why}")
    if not taken.objects:
        fail("nothing could be read", 3)
    listed = {"apiVersion": "v1", "kind": "List", "items": list(taken.objects)}
    if output is None:
        say_json(listed)
        return
    write_whole(output, f"{json_text(listed)}\n".encode())
    say(f"{len(taken.objects)} objects written to {output}")
