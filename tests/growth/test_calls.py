"""Calls counted, not seconds: four times the input may call nothing much more than four times as often.

Objects that a bundle hands out are counted as well: a loop over them inside one function calls nothing.
"""

from __future__ import annotations

import cProfile
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.scheduler import queue
from tests.growth.applications import applications

FEW, MANY = 50, 200
MOST_GROWTH = 5
COUNTED = 2000
"""Calls, or objects handed out, below which growth costs nothing."""
PREDICTIONS = {
    "apply": ("predict", "apply", "{}"),
    "can": ("predict", "can", "store/shop-1", "get", "pods", "-f", "{}"),
    "connect": ("predict", "connect", "store/shop-1 -> shop-2:80", "{}"),
    "cron": ("predict", "cron", "{}", "--now", "2026-01-01T00:00:00Z"),
    "dns": ("predict", "dns", "shop-2", "{}", "--from", "store/shop-1"),
    "drain": ("predict", "drain", "{}"),
    "endpoints": ("predict", "endpoints", "{}"),
    "hpa": ("predict", "hpa", "{}"),
    "lifecycle": ("predict", "lifecycle", "store/shop-1", "{}"),
    "rollout": ("predict", "rollout", "{}"),
    "route": ("predict", "route", "http://shop-1.example/", "{}"),
    "topology": ("predict", "topology", "{}"),
    "variables": ("predict", "variables", "store/shop-1", "{}"),
    "volumes": ("predict", "volumes", "{}"),
}
Counts = Counter[tuple[str, int, str]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("growth")
    paths = {count: folder / f"{count}.yaml" for count in (FEW, MANY)}
    for count, path in paths.items():
        path.write_text(applications(count), encoding="utf-8")
    return paths


@pytest.fixture
def handed_out(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """How many objects bundles hand out, by who asks."""
    found: Counts = Counter()
    every, walk = Bundle.all, Bundle.__iter__

    def count(number: int) -> None:
        asker = sys._getframe(2)
        while asker.f_code.co_name in ("<genexpr>", "<listcomp>", "<dictcomp>") and asker.f_back is not None:
            asker = asker.f_back
        found[asker.f_code.co_filename, asker.f_code.co_firstlineno, f"{asker.f_code.co_name} (objects)"] += number

    def all_of(self: Bundle, kind: str, namespace: str | None = None, *, group: str | None = None) -> list[Resource]:
        given = every(self, kind, namespace, group=group)
        count(len(given))
        return given

    def walked(self: Bundle) -> Iterator[Resource]:
        count(len(self._resources))
        return walk(self)

    monkeypatch.setattr(Bundle, "all", all_of)
    monkeypatch.setattr(Bundle, "__iter__", walked)
    return found


def calls(run: Callable[[], Any], handed_out: Counts) -> Counts:
    """How often each function of kubelens was called, and how many objects it was given."""
    handed_out.clear()
    profile = cProfile.Profile(builtins=False)
    profile.runcall(run)
    found: Counts = Counter(handed_out)
    for entry in profile.getstats():
        code = entry.code
        if not isinstance(code, str) and "/kubelens/" in code.co_filename:
            found[code.co_filename, code.co_firstlineno, code.co_name] += entry.callcount
    return found


def command(*arguments: str) -> Callable[[], None]:
    def run() -> None:
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code in (0, 1), done.output[-2000:]

    return run


def too_many(few: Counts, many: Counts) -> list[str]:
    return [
        f"{path.rpartition('/kubelens/')[2]}:{line} {name}: {few[path, line, name]} -> {count}"
        for (path, line, name), count in many.most_common()
        if count > COUNTED and few[path, line, name] and count > MOST_GROWTH * few[path, line, name]
    ]


@pytest.mark.parametrize("name", ["check", *PREDICTIONS])
def test_four_times_the_input_calls_no_function_more_than_five_times_as_often(
    name: str, files: dict[int, Path], handed_out: Counts
) -> None:
    words = PREDICTIONS.get(name, ("check", "--isolated", "--jobs", "1", "--select", "ALL", "-o", "concise", "{}"))
    # What is loaded and prepared once is counted in neither run.
    command(*(word.format(files[FEW]) for word in words))()
    few, many = (calls(command(*(word.format(files[n]) for word in words)), handed_out) for n in (FEW, MANY))
    assert sum(few.values()) > COUNTED, "this runs next to nothing"
    assert too_many(few, many) == []


def test_many_pods_are_placed_without_looking_at_all_of_them_for_each(
    files: dict[int, Path], handed_out: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over arrays, as for many: the plain cycle looks at every Pod that stands there, as the scheduler itself does."""
    monkeypatch.setattr(queue, "_EXPLAINED", 0)
    for path in files.values():
        text = path.read_text(encoding="utf-8")
        unclaimed = re.sub(r"persistentVolumeClaim: {claimName: [^}]*}", "emptyDir: {}", text)
        path.with_suffix(".yml").write_text(unclaimed, encoding="utf-8")
    words = ("predict", "schedule", "--nodes", "20x64cpu,256Gi")
    few, many = (calls(command(*words, str(files[n].with_suffix(".yml"))), handed_out) for n in (FEW, MANY))
    assert sum(few.values()) > COUNTED
    assert too_many(few, many) == []


def test_a_search_for_each_object_would_show(handed_out: Counts) -> None:
    def search(count: int) -> Callable[[], None]:
        bundle = Bundle(())

        def run() -> None:
            for _ in range(count):
                bundle.all("Pod")
                handed_out["/kubelens/x.py", 1, "f"] += count

        return run

    few, many = calls(search(100), handed_out), calls(search(400), handed_out)
    assert too_many(few, many) == ["x.py:1 f: 10000 -> 160000"]
