"""``kubelens upgrade``."""

from __future__ import annotations

from collections.abc import Sequence

import click
from msgspec.structs import replace

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_snapshot
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.engine.config import ConfigError
from kubelens.engine.releases import check_release
from kubelens.engine.workspace import Snapshot
from kubelens.plan.sides import title
from kubelens.plan.upgrade import Effect, Upgrade, upgrades
from kubelens.report.places import shown_place

_STOPS = (Effect.REMOVED, Effect.REFUSED)


@click.command(name="upgrade")
@click.argument("old")
@click.argument("new")
@click.argument("paths", nargs=-1)
@format_option("text", "json")
@input_options()
def command(old: str, new: str, paths: Sequence[str], form: str, inputs: InputChoices) -> None:
    """Say what Kubernetes NEW does otherwise than OLD with the manifests at PATHS: 'kubelens upgrade 1.33 1.37 .'.

    What is removed, newly refused, kept differently, newly warned of, deprecated, or newly allowed, with the line.
    Exit codes: 0, 1 where something is removed or newly refused, 2 for wrong usage.
    """
    try:
        before, after = check_release(old), check_release(new)
    except (ConfigError, ValueError) as error:
        fail(str(error))
    snapshot = load_snapshot(paths, replace(inputs, kubernetes_version=(before,)), all_sets=True)
    if not snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths) or '.'}")
    found = upgrades(snapshot.bundle, after)
    if form == "json":
        say_json({"version": 1, "from": before, "to": after, "effects": [_record(one, snapshot) for one in found]})
    else:
        say_answer(*_lines(found, snapshot, before, after))
    if any(one.effect in _STOPS for one in found):
        raise SystemExit(1)


def _record(one: Upgrade, snapshot: Snapshot) -> dict[str, str | None]:
    return {
        "effect": one.effect.value,
        "object": title(one.resource),
        "text": one.text,
        "place": shown_place(snapshot, one.place),
    }


def _lines(found: Sequence[Upgrade], snapshot: Snapshot, before: str, after: str) -> list[str]:
    objects = len(snapshot.bundle)
    if not found:
        return [f"{objects} objects: {after} does with them what {before} does"]
    lines = []
    for effect in Effect:
        chosen = [one for one in found if one.effect is effect]
        if chosen:
            lines.append(f"{effect.value} in {after} ({len(chosen)})")
            lines += [f"  {shown_place(snapshot, one.place)}  {title(one.resource)}: {one.text}" for one in chosen]
    touched = len({id(one.resource) for one in found})
    return [*lines, f"{touched} of {objects} objects; nothing changes for the others"]
