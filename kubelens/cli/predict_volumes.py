"""``kubelens predict volumes``: which claim gets which volume, and why one gets none."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click
from msgspec import to_builtins
from msgspec.structs import replace

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_objects
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.cli.refusals import edits_refused, refused_among, tell
from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle
from kubelens.predict.chain.claims import RefusedEphemeralClaims
from kubelens.predict.chain.in_force import refused_bounds
from kubelens.predict.chain.volumes import Volumes, VolumesAnswer
from kubelens.predict.controllers.persistentvolume.fate import Outcome
from kubelens.predict.scheduler.made_up import DEFAULT_ZONES, NoCluster, made_up_nodes
from kubelens.report.places import Places
from kubelens.report.volumes import as_data, lines

_KINDS = ("PersistentVolumeClaim", "PersistentVolume", "StorageClass")
_WITHOUT = (Outcome.PENDING, Outcome.LOST)


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--nodes", "descriptions", multiple=True, metavar="3x4cpu,16Gi", help="Made-up nodes (repeatable).")
@click.option("--zones", default="", metavar="a,b,c", help="Zones of made-up nodes, in turn.")
@click.option("--claim", "wanted", metavar="NAME", help="Only this claim: [NAMESPACE/]NAME.")
@format_option("text", "json")
@input_options()
def command(
    paths: Sequence[str],
    descriptions: Sequence[str],
    zones: str,
    wanted: str | None,
    form: str,
    inputs: InputChoices,
) -> None:
    """Show which volume each claim gets, those of StatefulSets included, and why one gets none.

    Claims that wait for their Pod are answered to the end where nodes are known: among the files, by --cluster or --nodes.
    Ends with 1 where a claim gets no volume, or something is refused.
    """
    snapshot = load_objects(paths, inputs)
    bundle = snapshot.bundle
    try:
        nodes = made_up_nodes(descriptions, zones or DEFAULT_ZONES) if descriptions else []
    except NoCluster as error:
        fail(str(error))
    oracle = Oracle(bundle)
    there = (one for kind in _KINDS for one in bundle.all(kind))
    asked = (*there, *refused_bounds(oracle), *(workload.resource for workload in workloads(bundle)))
    refused = refused_among(oracle, (*edits_refused(bundle, asked), *asked))
    prediction = oracle(Volumes(tuple(json.dumps(node, sort_keys=True) for node in nodes)))
    if wanted:
        kept = [c for c in prediction.answer.claims if wanted in (c.fate.claim.key, c.fate.claim.name)]
        if not kept:
            tell(refused)
            unmade = prediction.answer.unmade
            name = next((key for key in unmade if wanted in (key, key.partition("/")[2])), "")
            if name:
                fail(f"claim {name!r} is not made: {unmade[name]}")
            fail(f"no claim is called {wanted!r} among the files")
        prediction = replace(prediction, answer=replace(prediction.answer, claims=tuple(kept), volumes=(), unmade={}))
    if form == "json":
        say_json({"version": 1, "refused": to_builtins(refused), **as_data(prediction)})
    else:
        tell(refused)
        say_answer(*(lines(prediction, Places(snapshot)) if _holds_any(prediction.answer) else ["there is no claim"]))
    lost = any(one.outcome in _WITHOUT for one in prediction.answer.claims)
    if wanted:
        end(no=lost)
    end(no=lost or bool(oracle(RefusedEphemeralClaims()).answer), refused=refused)


def _holds_any(answer: VolumesAnswer) -> bool:
    return bool(answer.claims or answer.volumes or answer.unmade)
