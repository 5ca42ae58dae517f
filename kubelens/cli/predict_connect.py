"""``kubelens predict connect``: whether NetworkPolicies let one workload reach another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import click
from msgspec import to_builtins
from msgspec.structs import replace

from kubelens.cli.connection_ends import find_goals, find_sources, split_words
from kubelens.cli.difference import diff_option, tell_difference
from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_objects
from kubelens.cli.printing import columns_shown, say_answer, say_json
from kubelens.cli.refusals import Refused, taken_in, tell
from kubelens.kube.cluster_network_policy import KINDS
from kubelens.predict.api import Assumption, Oracle, Prediction, Reason
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import WhyNoneRuns
from kubelens.predict.chain.hooks import left_for_its_moment
from kubelens.predict.chain.turns import has_standing_pods
from kubelens.predict.network.connection_goals import NothingBehind
from kubelens.predict.network.ends import End, PodEnd
from kubelens.predict.network.matrix import PolicyMatrix
from kubelens.predict.network.policy import ConnectionOf, Connectivity, EndsOf
from kubelens.predict.network.service_goals import Goal
from kubelens.report.connect import connection_json, connection_lines, matrix_json
from kubelens.report.connect_matrix import matrix_lines
from kubelens.report.places import Places


@click.command()
@click.argument("words", metavar="[FROM -> TO] [PATHS]...", nargs=-1)
@click.option("--from", "source", help="Where the connection starts: [NAMESPACE/]NAME or an address.")
@click.option(
    "--to",
    "destination",
    help="Where it goes: [NAMESPACE/]NAME[:PORT] of a workload or a Service, or an address[:PORT].",
)
@click.option("--protocol", type=click.Choice(["TCP", "UDP", "SCTP"]), default="TCP", show_default=True)
@click.option("--matrix", is_flag=True, help="Every workload against every other.")
@diff_option
@format_option("text", "json")
@input_options()
def command(
    words: Sequence[str],
    source: str | None,
    destination: str | None,
    protocol: str,
    matrix: bool,
    diff: str | None,
    form: str,
    inputs: InputChoices,
) -> None:
    """Say whether NetworkPolicies let a connection through, and which policy decides.

    Write both ends as one word, kubelens predict connect 'web -> cart:8080' PATHS (the quotes keep the shell from
    reading the arrow), as two words, or with --from and --to. PORT is the Service's where a Service of that name has
    it, else the Pod's own. kube-system/kube-dns and default/kubernetes are known without files. Ends with 1 where the
    connection is blocked, or an end has no Pods (a Service: none of what it selects); --matrix where something is refused.
    """
    if diff is not None:
        from kubelens.plan.consequences.connections import connections as differing  # noqa: PLC0415 - only for a difference

        tell_difference(diff, words, inputs, form, (differing,))
    if (matrix and not (source or destination)) or (source and destination):
        paths = list(words)
    elif source or destination:
        raise click.UsageError("give both --from and --to")
    else:
        source, destination, paths = split_words(words)
    snapshot = load_objects(paths, inputs)
    bundle, places = snapshot.bundle, Places(snapshot)
    oracle, refused = taken_in(bundle, "NetworkPolicy", "Service", *KINDS)
    ends = oracle(EndsOf()).answer
    if matrix:
        pairs = oracle(PolicyMatrix())
        if form == "json":
            say_json({**matrix_json(ends, pairs), "refused": to_builtins(refused)})
        else:
            tell(refused)
            say_answer(*matrix_lines(ends, pairs, columns_shown(), places))
        end(no=False, refused=refused)
    assert source and destination
    starts = find_sources(ends, source)
    try:
        goals = find_goals(oracle, ends, destination, protocol, refused)
    except NothingBehind as error:
        _tell_nothing(source, destination, str(error), form, refused)
    found = [
        (a, g.end, _asked(oracle, a, g), (protocol, g.port) if g.port is not None else None, g.through)
        for a in starts
        for g in goals
    ]
    empty = [any(_has_no_pods(oracle, end) for end in (a, b)) for a, b, *_ in found]
    if form == "json":
        connections = [connection_json(*one) for one in found]
        say_json({"version": 1, "refused": to_builtins(refused), "connections": connections})
    else:
        tell(refused)
        say_answer(
            *(
                line
                for one, nobody in zip(found, empty, strict=True)
                for line in connection_lines(*one, nobody=nobody, places=places)
            )
        )
    behind = [nobody for one, nobody in zip(found, empty, strict=True) if one[-1]]
    some_there = not all(behind)
    missed = any(nobody and not (some_there and one[-1]) for one, nobody in zip(found, empty, strict=True))
    end(no=missed or any(not (p.answer.ports.has(*asked) if asked else p.answer.ports) for _, _, p, asked, _ in found))


def _tell_nothing(source: str, destination: str, why: str, form: str, refused: Sequence[Refused]) -> NoReturn:
    """A Service that leads nowhere: nobody can connect to it."""
    if form == "json":
        say_json({"version": 1, "refused": to_builtins(refused), "connections": [], "reasons": [why]})
    else:
        tell(refused)
        say_answer(f"nothing among the files  {source} -> {destination}", f"  {why}")
    end(no=True)


def _asked(oracle: Oracle, source: End, goal: Goal) -> Prediction[Connectivity]:
    found = oracle(ConnectionOf(source, goal.end))
    idle = dict.fromkeys(why for end in (source, goal.end) if (why := _idle(oracle, end)))
    taken = [Assumption(goal.assumption)] if goal.assumption else []
    taken += [Assumption(left) for end in (source, goal.end) if (left := _for_its_moment(end))]
    reasons = (*(Reason(f"{why}: nobody is there") for why in idle), *found.reasons)
    return replace(found, reasons=reasons, assumptions=(*found.assumptions, *taken))


def _for_its_moment(end: End) -> str:
    """What is taken for granted of Pods that only some moment of a release brings: that it is now."""
    left = left_for_its_moment(end.workload.resource) if isinstance(end, PodEnd) else ""
    return f"{end.kind} {end.name} {left}: this is said of that moment" if left and isinstance(end, PodEnd) else ""


def _idle(oracle: Oracle, end: End) -> str:
    """Why no Pod of an end runs, though the API server lets them in."""
    if _for_its_moment(end) or (isinstance(end, PodEnd) and has_standing_pods(oracle, end.workload.resource)):
        return ""
    return oracle(WhyNoneRuns(end.workload.resource)).answer if isinstance(end, PodEnd) else ""


def _has_no_pods(oracle: Oracle, end: End) -> bool:
    """Whether an end is a workload without Pods (kept out by the API server, or none run): there is nothing to connect.

    Those that stand already are there, whatever becomes of new ones.
    """
    if not isinstance(end, PodEnd) or has_standing_pods(oracle, end.workload.resource):
        return False
    return oracle(Admitted(end.workload.resource)).answer.denial is not None or bool(_idle(oracle, end))
