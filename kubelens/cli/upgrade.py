"""``kubelens upgrade``."""

from __future__ import annotations

from collections.abc import Sequence

import click
from msgspec.structs import replace

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_configuration, load_snapshot
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.engine.config import ConfigError
from kubelens.engine.releases import OLDEST, check_release
from kubelens.engine.workspace import Snapshot
from kubelens.kube.bundle import NEWEST
from kubelens.plan.sides import title
from kubelens.plan.upgrade import Effect, Upgrade, upgrades
from kubelens.report.places import shown_place
from kubelens.syntax.pattern import pattern

_RELEASE = pattern(r"v?[0-9]+\.[0-9]+(\.[0-9]+)?\Z")
_STOPS = (Effect.REMOVED, Effect.REFUSED)


@click.command(name="upgrade")
@click.argument("words", metavar="[[OLD] NEW] [PATHS]...", nargs=-1)
@format_option("text", "json")
@input_options()
def command(words: Sequence[str], form: str, inputs: InputChoices) -> None:
    """Say what Kubernetes NEW does otherwise than OLD with the manifests at PATHS: 'kubelens upgrade 1.33 1.37 .'.

    Without OLD it is the kubernetes-version of the configuration (or the option), and without NEW the newest release that
    is known: 'kubelens upgrade', 'kubelens upgrade 1.36 deploy'.

    What is removed, newly refused, kept differently, newly warned of, deprecated, or newly allowed, with the line.
    Exit codes: 0, 1 where something is removed or newly refused, 2 for wrong usage.
    """
    try:
        named, paths = _split(words)
        before, after = _sides([check_release(one) for one in named], paths, inputs)
    except (ConfigError, ValueError) as error:
        fail(str(error))
    if before == after and len(named) < 2:
        say_answer(f"Kubernetes {after} is the newest release that is known: there is none to go to")
        return
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


def _split(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Up to two releases that are named first, and the paths behind them."""
    count = next((number for number, word in enumerate(words[:2]) if not _RELEASE.match(word)), min(2, len(words)))
    return tuple(words[:count]), tuple(words[count:])


def _sides(named: Sequence[str], paths: Sequence[str], inputs: InputChoices) -> tuple[str, str]:
    """From which release to which."""
    if len(named) == 2:
        return named[0], named[1]
    told = load_configuration(paths, inputs).kubernetes_version
    new = named[0] if named else NEWEST
    if told:
        return min(told, key=_minor), new
    raise ConfigError(
        "say which release the cluster runs: 'kubelens upgrade 1.33 1.37 PATHS', or kubernetes-version in kubelens.toml "
        f"({OLDEST} to {NEWEST} are known)"
    )


def _minor(release: str) -> int:
    return int(release.partition(".")[2])


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
