"""All rules and all ``predict`` commands over some texts, in process: what fails, and where."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from unittest.mock import patch

from click.testing import CliRunner
from msgspec import Struct

from kubelens.cli import loading, predict_rollout, predict_route, predict_schedule, refusals
from kubelens.cli.commands import cli
from kubelens.engine import analysis
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import RuleSet, choose_rules
from kubelens.engine.sets.world import World
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.predict.api import Oracle
from kubelens.rules.api import Facts
from kubelens.syntax.text import Source

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Pod", "Job", "CronJob", "ReplicaSet")


class Failure(Struct, frozen=True):
    """Something that raised: ``who`` is a rule or a command, ``where`` the innermost place in kubelens."""

    who: str
    error: str
    where: str


@cache
def all_rules() -> RuleSet:
    """Every rule of kubelens itself."""
    return choose_rules(Config(select=("ALL",)), Plugins(third_party=False).rules())


def snapshot_of(texts: Iterable[str]) -> Snapshot:
    """The objects of YAML texts, files ``0.yaml``, ``1.yaml`` ..."""
    workspace = Workspace()
    workspace.fill(Loaded(f"{n}.yaml", Source(f"{n}.yaml", text)) for n, text in enumerate(texts))
    return workspace.snapshot()


def failures_of(texts: Sequence[str], *, predictions: bool = True) -> list[Failure]:
    """What fails when every rule and every question looks at texts."""
    snapshot = snapshot_of(texts)
    return [*_of_rules(snapshot), *(_of_questions(snapshot) if predictions else ())]


def _of_rules(snapshot: Snapshot) -> Iterator[Failure]:
    places: list[str] = []
    made = analysis.RuleFailure

    def noted(*values: str) -> analysis.RuleFailure:
        places.append(_innermost(traceback.format_exc()))
        return made(*values)

    with patch.object(analysis, "RuleFailure", noted):
        found = analysis.analyse(snapshot, all_rules(), Facts(NEWEST, old=snapshot.bundle))
    for failure, place in zip(found.failures, places, strict=True):
        yield Failure(f"rule {failure.rule}", failure.message.partition(":")[0], place)


def _of_questions(snapshot: Snapshot) -> Iterator[Failure]:
    def load(*_paths: object, **_options: object) -> Snapshot:
        return snapshot

    oracles: dict[int, Oracle] = {}

    def shared(bundle: Bundle) -> Oracle:
        return oracles.setdefault(id(bundle), Oracle(bundle))

    with (
        patch.object(loading, "load_snapshot", load),
        patch.object(predict_rollout, "load_snapshot", load),
        patch.object(predict_route, "load_snapshot", load),
        patch.object(predict_schedule, "load_world", lambda *_paths, **_options: World(snapshot)),
        patch.object(refusals, "Oracle", shared),
    ):
        for words in commands(snapshot):
            done = CliRunner().invoke(cli, ["predict", *words])
            if done.exception is not None and not isinstance(done.exception, SystemExit):
                text = "".join(traceback.format_exception(done.exception))
                yield Failure(" ".join(words[:1]), type(done.exception).__name__, _innermost(text))


def commands(snapshot: Snapshot) -> list[list[str]]:
    """Every ``predict`` command for some objects, each with the choices that make it look at most."""
    found = [
        ["schedule", ".", "--nodes", "2x4cpu,8Gi"],
        ["schedule", ".", "--format", "json"],
        ["rollout", "."],
        ["rollout", ".", "--format", "json"],
        ["endpoints", "."],
        ["endpoints", ".", "--format", "json"],
        ["connect", "--matrix", "."],
        ["drain", "."],
        ["cron", ".", "--now", "2026-01-01T00:00:00Z"],
        ["hpa", "."],
        ["hpa", ".", "--usage", "cpu=90"],
        ["dns", "--records", "."],
        ["route", "http://shop.example.com/cart", ".", "--passed"],
        ["topology", ".", "--format", "svg"],
        ["volumes", ".", "--nodes", "2x4cpu,8Gi"],
        ["volumes", ".", "--format", "json"],
    ]
    for kind in WORKLOADS:
        for one in snapshot.bundle.all(kind)[:1]:
            name = f"{one.namespace}/{one.name}"
            found += [
                ["variables", name, "."],
                ["lifecycle", name, ".", "--starts-in", "5..90"],
                ["lifecycle", name, ".", "--format", "json"],
                ["dns", "web", "--from", name, "."],
                ["connect", f"{name} -> 10.0.0.1:80", "."],
            ]
    return found


def _innermost(trace: str) -> str:
    """The last line of a traceback that is kubelens' own code."""
    own = [line for line in trace.splitlines() if 'File "' in line and "/kubelens/" in line and "/tests/" not in line]
    if not own:
        return "elsewhere"
    file, number, *_ = own[-1].split(",")
    return f"{file.rpartition('/kubelens/')[2].rstrip(chr(34))}:{number.split()[-1]}"
