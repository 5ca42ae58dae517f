"""Every rule, every prediction, a plan and a simulation over some texts, in process: what fails, and where."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from signal import ITIMER_PROF, SIGPROF, setitimer, signal
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner
from msgspec import Struct

from kubelens import cli as commands_of
from kubelens.cli import refusals
from kubelens.cli.commands import cli
from kubelens.engine import analysis
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.plan_comparing import plans_of
from kubelens.engine.plan_halves import REST, Half, SetHalf
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import RuleSet, choose_rules
from kubelens.engine.sets.world import World
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.plan.plan import BACK, QUESTIONS
from kubelens.predict.api import Oracle
from kubelens.report.plan_html import plan_html
from kubelens.report.plan_json import plan_data
from kubelens.report.plan_markdown import plan_markdown
from kubelens.report.plan_text import plan_lines
from kubelens.rules.api import Facts
from kubelens.syntax.text import Source
from tests.fuzz.mutations import Change

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Pod", "Job", "CronJob", "ReplicaSet")
_MODULES = tuple(import_module(f"{commands_of.__name__}.{one.name}") for one in iter_modules(commands_of.__path__))
"""Those of all commands: one that is imported while others are patched would keep what it took from them."""


_LONGEST_SECONDS = 60
"""Of CPU for one batch: then it is asked where it stands."""


class Stuck(BaseException):
    """A batch takes too long: where it is raised is where it stands."""


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


def failures_of(changes: Sequence[Change], *, predictions: bool = True) -> list[Failure]:
    """What fails when every rule and every question looks at what texts became, and plans go there and back."""
    found: list[Failure] = []
    before = signal(SIGPROF, _stop)
    setitimer(ITIMER_PROF, _LONGEST_SECONDS)
    try:
        snapshot = snapshot_of(one.after for one in changes)
        found += _of_rules(snapshot)
        if predictions:
            old = snapshot_of(one.before for one in changes)
            found += [*_of_questions(snapshot, old), *_of_plans(snapshot, old)]
    except Stuck:
        found.append(Failure("all", "Stuck", _innermost(traceback.format_exc())))
    finally:
        setitimer(ITIMER_PROF, 0)
        signal(SIGPROF, before)
    return found


def _stop(*_: object) -> None:
    raise Stuck


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


def _of_questions(snapshot: Snapshot, old: Snapshot) -> Iterator[Failure]:
    def load(paths: Sequence[str], *_: object, **_options: object) -> Snapshot:
        return old if tuple(paths) == ("/",) else snapshot

    with ExitStack() as patched:
        for name, other in _patches(load, lambda *_paths, **_options: World(snapshot)):
            for module in _MODULES:
                if hasattr(module, name):
                    patched.enter_context(patch.object(module, name, other))
        for words in commands(snapshot):
            try:
                done = CliRunner().invoke(cli, words)
            except Stuck:
                yield Failure(" ".join(words[:2]), "Stuck", _innermost(traceback.format_exc()))
                return
            if done.exception is not None and not isinstance(done.exception, SystemExit):
                text = "".join(traceback.format_exception(done.exception))
                yield Failure(" ".join(words[:2]), type(done.exception).__name__, _innermost(text))


def _patches(
    snapshot: Callable[..., Snapshot], world: Callable[..., World]
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """What commands call, and what they get: the objects at hand, no configuration, and one oracle for all of them.

    So what one command asked is not worked out anew for the next, and neither are the objects without those refused.
    """
    oracles: dict[int, Oracle] = {}
    left: dict[tuple[int, tuple[str, ...]], Any] = {}
    taken_in = refusals.taken_in

    def one_oracle(bundle: Bundle) -> Oracle:
        return oracles.setdefault(id(bundle), Oracle(bundle))

    def once(bundle: Bundle, *kinds: str, named: Sequence[str] = ()) -> Any:
        key = (id(bundle), (*kinds, "", *named))
        if key not in left:
            left[key] = taken_in(bundle, *kinds, named=named)
        return left[key]

    yield "load_snapshot", snapshot
    yield "load_world", world
    yield "load_configuration", lambda *_: Config()
    yield "Oracle", one_oracle
    yield "taken_in", once


def _of_plans(snapshot: Snapshot, old: Snapshot) -> Iterator[Failure]:
    """The plan of the change and of the way back, in every format; the findings in it are asked for above."""
    for before, after, questions in ((old, snapshot, QUESTIONS), (snapshot, old, BACK)):
        try:
            (planned,) = plans_of(_half(before), _half(after), drawn=True, questions=questions)
            for shown in (plan_lines, plan_markdown, plan_html):
                shown([planned.plan])
            plan_data([planned.plan], str)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            yield Failure("plan", type(error).__name__, _innermost(traceback.format_exc()))


def _half(snapshot: Snapshot) -> Half:
    texts = [file.loaded for file in snapshot.files.values()]
    return {REST: SetHalf(ApplySet(REST, texts), lambda _: snapshot)}


def commands(snapshot: Snapshot) -> list[list[str]]:
    """Every command for some objects, each with the choices that make it look at most; what was before lies at ``/``."""
    found = [
        ["schedule", ".", "--nodes", "2x4cpu,8Gi"],
        ["schedule", ".", "--format", "json"],
        ["rollout", "."],
        ["rollout", ".", "--format", "json"],
        ["rollout", "/", "."],
        ["rollout", "/", ".", "--never-ready", "--format", "svg"],
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
        ["apply", "."],
        ["apply", ".", "--format", "json"],
        ["can", "group:system:authenticated", "--list"],
    ]
    for account in snapshot.bundle.all("ServiceAccount")[:1]:
        name = f"{account.namespace}/{account.name}"
        found += [["can", name, "--list"], ["can", name, "get", "secrets", "-A"], ["can", name, "create", "pods/exec"]]
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
    return [
        *(["predict", *words] for words in found),
        ["upgrade", "1.31", NEWEST, "."],
        ["simulate", "rollout", "."],
        ["simulate", "drain-all", ".", "--nodes", "2x4cpu,8Gi", "--format", "json"],
    ]


def _innermost(trace: str) -> str:
    """The last line of a traceback that is kubelens' own code."""
    own = [line for line in trace.splitlines() if 'File "' in line and "/kubelens/" in line and "/tests/" not in line]
    if not own:
        return "elsewhere"
    file, number, *_ = own[-1].split(",")
    return f"{file.rpartition('/kubelens/')[2].rstrip(chr(34))}:{number.split()[-1]}"
