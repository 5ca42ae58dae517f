"""``kubelens predict drain``: which Pods a drain waits for for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click
from msgspec import to_builtins

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_bundle
from kubelens.cli.printing import say, say_json
from kubelens.cli.refusals import taken_in, tell
from kubelens.predict.controllers.disruption import ACCEPTED, DrainOf

_SCRATCH: Final = (
    "kubectl drain stops at its emptyDir volumes: it deletes what they hold with --delete-emptydir-data only"
)


@click.command()
@click.argument("paths", nargs=-1)
@format_option("text", "json")
@input_options()
def command(paths: Sequence[str], form: str, inputs: InputChoices) -> None:
    """Show which workloads a drain can move, and which PodDisruptionBudgets hold it up for ever.

    Ends with 1 where a drain waits for ever.
    """
    bundle = load_bundle(paths, inputs)
    oracle, refused = taken_in(bundle, "PodDisruptionBudget")
    rows = []
    idle: list[tuple[str, str]] = []
    assumed: dict[str, None] = {}
    scratch: set[tuple[str, str]] = set()
    for namespace in bundle.namespaces:
        prediction = oracle(DrainOf(namespace))
        verdict = prediction.answer
        assumed |= dict.fromkeys(one.text for one in prediction.assumptions)
        idle += [(namespace, name) for name in verdict.idle]
        scratch |= {(namespace, owner) for owner in verdict.scratch}
        rows += [(namespace, owner, eviction, owner in verdict.left) for owner, eviction in verdict.evictions]
    if form == "json":
        data = [
            {
                "namespace": n,
                "owner": o,
                "code": e.code,
                "message": e.message,
                "cause": e.cause,
                "left": left,
                "emptyDir": (n, o) in scratch,
            }
            for n, o, e, left in rows
        ]
        told = {"refused": to_builtins(refused), "budgetsWithoutPods": [f"{n}/{b}" for n, b in idle]}
        say_json({"version": 1, "evictions": data, **told, "assumptions": list(assumed)})
    else:
        tell(refused)
        for namespace, owner, eviction, left in rows:
            stays = eviction.code != ACCEPTED
            word = "left" if left else "STAYS" if stays else "goes"
            why = eviction.cause or eviction.message if stays else ""
            if left:
                why = "a drain leaves the Pods of DaemonSets (--ignore-daemonsets)"
            elif owner.startswith("Pod "):
                why = why or "no controller makes it anew: kubectl drain deletes it with --force only"
            if (namespace, owner) in scratch:
                why = f"{f'{why}; ' if why else ''}{_SCRATCH}"
            say(f"{word:6} {namespace}/{owner}{f'  {why}' if why else ''}")
        for namespace, name in idle:
            say(f"PodDisruptionBudget {namespace}/{name} covers no Pod of the files: it holds nothing up")
        if not rows:
            say("no Pod: nothing to drain")
        say(*(f"assuming: {text}" for text in assumed))
    if any(eviction.code != ACCEPTED and not left for _, _, eviction, left in rows):
        raise SystemExit(1)
