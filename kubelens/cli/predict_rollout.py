"""``kubelens predict rollout OLD NEW``: how a change rolls out, before it is applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from kubelens.cli.ending import end
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_old, load_snapshot, load_world
from kubelens.cli.printing import columns_shown, complain, fail, wants_colour, write_report
from kubelens.cli.refusals import Refused, refused_among, refused_edits, tell
from kubelens.engine.whole_file import write_whole
from kubelens.engine.workspace import Snapshot
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.controllers.rollout.before import Before, PodsBefore
from kubelens.predict.controllers.rollout.rollout import KINDS, Rollout, RolloutOf
from kubelens.report.places import Places
from kubelens.report.rollout import Written, as_json, as_text
from kubelens.report.terminal_answer import shown

MOST_STEPS = 1000
_FORMATS = ("text", "json", "svg", "html")
_NAMED = 3


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="[OLD] NEW")
@click.option("--against", metavar="DIR|REV", help="What was there before: a folder, a file or a git revision.")
@click.option("--name", "only", metavar="[KIND/]NAME", help="Show one workload alone.")
@click.option(
    "--ready-after",
    type=click.IntRange(1, MOST_STEPS),
    default=1,
    show_default=True,
    help="Steps until a Pod is ready.",
)
@click.option(
    "--gone-after",
    type=click.IntRange(1, MOST_STEPS),
    default=1,
    show_default=True,
    help="Steps until a deleted Pod is gone.",
)
@click.option("--never-ready", is_flag=True, help="What if the new version never becomes ready?")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--output", "-o", metavar="FORMAT|[FORMAT=]FILE", help="The format, or a file to write to instead.")
@input_options()
def command(
    paths: Sequence[str],
    against: str | None,
    only: str | None,
    ready_after: int,
    gone_after: int,
    never_ready: bool,
    form: str,
    output: str | None,
    inputs: InputChoices,
) -> None:
    """Show every step of a rollout: old and new Pods, where it gets stuck, and what keeps serving.

    OLD and NEW are files or folders; with --against, NEW alone. NEW alone without --against: it is created.
    What the API server refuses of the other objects is told first.
    Ends with 1 where something is refused, a rollout gets stuck or is reported to have failed.
    """
    for path in (*paths, *inputs.running):
        if path != "-" and not Path(path).exists():
            fail(f"{path}: no such file or folder")
    snapshot, old = _snapshots(paths, against, inputs)
    pairs = _pairs(snapshot.objects, old, only)
    oracle = Oracle(snapshot.bundle)
    then = Oracle(Bundle(old or (), snapshot.bundle.release, pod_security=snapshot.bundle.pod_security))
    answers = [
        oracle(
            RolloutOf(
                one, before, ready_after, gone_after, never_ready, on_nodes=True, before=_stood(one, before, then)
            )
        )
        for one, before in pairs
    ]
    told = [(answer, _written(one, answer, Places(snapshot))) for (one, _), answer in zip(pairs, answers, strict=True)]
    form, output = _where(form, output)
    others = () if only else _refused_beside(oracle, snapshot, old)
    if form == "text" and output is None:
        tell(others)
    colour = output is None and wants_colour("auto")
    text = _rendered(told, others, form, colour=colour)
    if form == "text" and output is None:
        text = "\n".join(shown(text.split("\n"), columns_shown(), colour=colour))
    _write(text, output)
    if any(a.answer.senseless for a in answers):
        raise SystemExit(2)
    end(no=any(a.answer.refusal or not a.answer.finishes for a in answers), refused=others)


def _stood(resource: Resource, earlier: Resource | None, then: Oracle) -> Before | None:
    """The Pods of the object before, as the objects of then tell; None where a cluster holds it: it tells by itself."""
    if earlier is None or earlier is resource.standing:
        return None
    return then(PodsBefore(earlier)).answer


def _refused_beside(oracle: Oracle, snapshot: Snapshot, old: Sequence[Resource] | None) -> tuple[Refused, ...]:
    """What the API server refuses of the objects that do not roll out, and of the edits of these."""
    others = [resource for resource in snapshot.objects if resource.kind not in KINDS]
    return (*refused_among(oracle, others), *refused_edits(oracle, others, old or ()))


def _where(form: str, output: str | None) -> tuple[str, str | None]:
    """(format, file): ``--output`` may name either, or both with a ``=`` between."""
    if output in _FORMATS:
        return output, None
    name, equals, file = (output or "").partition("=")
    return (name, file) if equals and file and name in _FORMATS else (form, output)


def _snapshots(
    paths: Sequence[str], against: str | None, inputs: InputChoices
) -> tuple[Snapshot, Sequence[Resource] | None]:
    """What is asked about, and the objects before."""
    if against is not None:
        world = load_world(paths, inputs, against=against)
        return world.snapshot, load_old(against, paths, inputs, world)
    if len(paths) == 1:
        return load_snapshot(paths, inputs), None
    if len(paths) != 2:
        fail("a rollout goes from OLD to NEW: two paths, or one with --against")
    return load_snapshot(paths[1:], inputs), load_snapshot(paths[:1], inputs).objects


def _workloads(resources: Iterable[Resource], only: str | None) -> list[Resource]:
    found = [r for r in resources if r.kind in KINDS and not r.partial]
    if only is None:
        return found
    kind, slash, name = only.rpartition("/")
    return [r for r in found if r.name == name and (not slash or r.kind.lower() == kind.lower())]


def _pairs(
    new: Iterable[Resource], old: Iterable[Resource] | None, only: str | None
) -> list[tuple[Resource, Resource | None]]:
    listed = list(new)
    after = _workloads(listed, only)
    if after and only is None:
        _tell_of_others(listed)
    if not after:
        fail(f"NEW holds no workload that rolls out{f' named {only!r}' if only else ''} (one of {', '.join(KINDS)})")
    if old is None:
        return [(one, one.standing) for one in after if one.standing is None or one.standing.value != one.value]
    before = _workloads(old, None)
    if len(after) == 1 and len(before) == 1:
        return [(after[0], before[0])]
    known = {(r.kind, r.namespace, r.name): r for r in before}
    pairs = [(one, known.get((one.kind, one.namespace, one.name))) for one in after]
    both = [(one, earlier) for one, earlier in pairs if earlier is None or earlier.value != one.value]
    if not both:
        complain("OLD and NEW hold the same workloads: nothing rolls out")
    return both


def _tell_of_others(resources: Sequence[Resource]) -> None:
    """Name the workloads that no rollout is shown of."""
    others = [str(r.key) for r in resources if r.kind in WORKLOAD_KINDS and r.kind not in KINDS and not r.partial]
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        complain(f"not shown, as they do not roll out here: {', '.join(others[:_NAMED])}{more}")


def _written(workload: Resource, answer: Prediction[Rollout], places: Places) -> Written:
    """Where the pace is written (``strategy`` or ``updateStrategy``), and what the reasons rest on."""
    paced = next((field for field in ("strategy", "updateStrategy") if field in workload.spec), None)
    place = workload.place.at("spec", paced) if paced is not None else workload.place
    return Written(places.line(place), tuple(places.line(reason.place) for reason in answer.reasons))


def _rendered(
    told: Sequence[tuple[Prediction[Rollout], Written]], refused: Sequence[Refused], form: str, *, colour: bool
) -> str:
    if form == "json":
        return as_json(told, refused)
    if form == "svg":
        from kubelens.report.rollout_svg import as_svg

        if len(told) != 1:
            fail(f"an SVG holds one rollout, and there are {len(told)}: choose one with --name")
        return as_svg(told[0][0])
    if form == "html":
        from kubelens.report.rollout_html import as_html

        return as_html(told)
    return "\n".join(as_text(answer, written, colour=colour) for answer, written in told)


def _write(text: str, output: str | None) -> None:
    if output is None:
        write_report(text)
        return
    try:
        write_whole(output, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        fail(f"{output}: {error.strerror}")
