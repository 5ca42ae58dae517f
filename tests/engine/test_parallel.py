"""Work shared among copies of the process: the answers are those of one process, whatever happens to the copies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import to_builtins

from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs
from kubelens.engine.loader import Loaded
from kubelens.engine.parallel import MOST_TASKS, Parallel, available_jobs, even_runs
from kubelens.engine.parsing import Parsing
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import Outcome, run
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Rule, Severity
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
ME = os.getpid()


def children() -> set[int]:
    """The processes that this one has made and that are still there, zombies included."""
    lists = Path("/proc/self/task").glob("*/children")
    return {int(pid) for found in lists for pid in found.read_text().split()}


def squares(tasks: int, jobs: int, work: Any = lambda number: number * number, answer: Any = int) -> list[Any]:
    with Parallel(tasks, work, answer, jobs=jobs) as parallel:
        return parallel.answers()


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("tasks", [0, 1, 2, 7, MOST_TASKS])
def test_answers_come_in_the_order_of_the_tasks(tasks: int, jobs: int) -> None:
    assert squares(tasks, jobs) == [number * number for number in range(tasks)]


def test_a_copy_that_is_stopped_holds_nothing_up() -> None:
    def work(number: int) -> int:
        if os.getpid() != ME:
            os.kill(os.getpid(), signal.SIGSTOP)
        return number

    assert squares(64, 3, work) == list(range(64))


def test_more_tasks_than_a_byte_can_number_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 256"):
        squares(MOST_TASKS + 1, 2)


def test_tasks_of_a_copy_that_is_killed_are_done_here() -> None:
    def work(number: int) -> int:
        if os.getpid() != ME:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert squares(64, 3, work) == list(range(64))


def test_tasks_a_copy_cannot_do_are_done_here() -> None:
    def work(number: int) -> int:
        if os.getpid() != ME:
            raise RuntimeError("not here")
        return number

    assert squares(64, 3, work) == list(range(64))


def test_answers_that_cannot_travel_are_made_here() -> None:
    assert squares(40, 3, lambda number: {"set": object, "number": number}, Any)[7]["number"] == 7
    assert squares(40, 3, lambda number: "\ud800", str) == ["\ud800"] * 40
    assert squares(40, 3, lambda number: number, str) == list(range(40)), "a copy's answer of another type is not read"


def test_an_error_here_ends_the_copies() -> None:
    def work(number: int) -> int:
        raise KeyError(number)

    before = children()
    with pytest.raises(KeyError):
        squares(64, 3, work)
    assert children() <= before, "other tests of this run may have children of their own"


@given(st.lists(st.integers(0, 1000), max_size=60), st.integers(1, 20))
@example([0, 0], 1)
def test_runs_cover_everything_once(sizes: list[int], most: int) -> None:
    runs = even_runs(sizes, most)
    assert [number for run in runs for number in run] == list(range(len(sizes)))
    assert len(runs) <= most


def test_a_wish_counts_and_the_default_is_modest() -> None:
    assert available_jobs(3) in (1, 3)
    assert 1 <= available_jobs() <= 8


TEXTS = {
    "plain.yaml": "a: 1\nb: [x, {y: 2.5}]\n---\n- text\n- |\n  more\n",
    "anchors.yaml": "a: &x {b: 1}\nc: *x\n",
    "broken.yaml": "a: 1\n---\n: : :\n  - {\n---\nb: 2\n",
    "object.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  y: no\n  n: 018446744073709551615\n",
    "twice.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, name: b}\n",
    "number.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: .inf, y: 18446744073709551615}\n",
    "empty.yaml": "",
    "deep.yaml": "apiVersion: v1\nkind: A\nx: " + "[" * 900 + "]" * 900 + "\n",
}


def test_texts_parsed_by_copies_are_those_parsed_here() -> None:
    filler = "# apiVersion" + "x" * 988 + "\n"
    loaded = [Loaded(name, Source(name, text + filler * 30)) for name, text in TEXTS.items()]
    with Parsing(loaded, jobs=3) as parsing:
        assert parsing.shared
        parsed = parsing.finish()
    by_name = {one.uri: parsed[id(one.source)] for one in loaded if id(one.source) in parsed}
    assert set(by_name) == set(TEXTS) - {"anchors.yaml"}, "shared nodes do not travel"
    for one in loaded:
        if one.uri not in by_name or one.source is None:
            continue
        documents, problems = parse_source(one.source)
        there = by_name[one.uri]
        assert problems == there.problems
        for here, copy in zip(documents, there.documents, strict=True):
            assert (here.start, here.end, here.index) == (copy.start, copy.end, copy.index)
            if one.uri != "deep.yaml":
                assert to_builtins(here.root) == to_builtins(copy.root)
    value = by_name["object.yaml"].readings[0]
    assert value is None, "a key that was read as a boolean is told by reading, not by the value"


def _raising(resource: Resource, ctx: Context) -> Iterator[Finding]:
    if resource.name.endswith("3"):
        raise RuntimeError("cannot")
    yield ctx.finding(f"seen {resource.name}", at=resource.place.at("metadata", "name"))


def _checked(folder: list[Loaded], jobs: int) -> Outcome:
    plugins = Plugins(third_party=False)
    rules = plugins.rules()
    mine = Rule("mine", "mine", Resource, Severity.WARNING, _raising, "Mine.", frozenset())
    plugins.rules = lambda: [*rules, mine]  # type: ignore[method-assign]
    return run(Inputs(folder), Config().with_flags(select=("ALL",)), plugins, jobs=jobs)


def test_a_shared_run_finds_what_one_process_finds() -> None:
    pod = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{0}\n  labels: {{app: web}}\nspec:\n"
        "  selector: {{matchLabels: {{app: web-{0}}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n"
        "    spec:\n      containers:\n        - name: web # kubelens: ignore[mine] known\n          image: web\n"
        "          livenessProbe: {{httpGet: {{port: http}}}}\n---\napiVersion: v1\nkind: Service\n"
        "metadata: {{name: web-{0}, nam: x}}\nspec: {{selector: {{app: other}}, ports: [{{port: 80}}]}}\n"
    )
    texts = {f"{number:03}.yaml": pod.format(number) for number in range(450)}
    texts["450.yaml"] = "a: [\n"
    folder = [Loaded(uri, Source(uri, text)) for uri, text in texts.items()]
    assert sum(map(len, texts.values())) > 200_000, "large enough to be shared"
    alone, shared = _checked(folder, 1), _checked(folder, 3)
    assert shared.rule_failures == alone.rule_failures
    assert alone.rule_failures

    def told(outcome: Outcome) -> list[Any]:
        locate = outcome.snapshot.locate
        return [(f.rule, f.message, f.at, f.span or locate(f.at), f.related, f.fix) for f in outcome.findings]

    assert told(shared) == told(alone)
    assert [(f.rule, reason) for f, reason in shared.analysis.ignored] == [
        (f.rule, reason) for f, reason in alone.analysis.ignored
    ]
    assert len(alone.findings) > 5000
