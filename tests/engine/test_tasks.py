"""Lists of tasks: the same answers here, in processes of this machine and on a Dask cluster, whatever breaks."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kubelens.engine.tasks import Done, NoWorkers, as_done, in_order, is_place


def doubled(number: int) -> int:
    if number == 3:
        raise ValueError(f"no {number}")
    return 2 * number


def slow_to_begin(number: int) -> int:
    time.sleep(0.2 * (number % 3 == 0))
    return number


def ends_its_process(number: int) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def ends_its_process_once(task: tuple[int, str]) -> int:
    number, mark = task
    if number == 1 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def never_ends(number: int) -> int:
    while number == 1:
        time.sleep(0.1)
    return number


def prints(number: int) -> int:
    print("spoils what is not kept apart", flush=True)
    os.write(1, b"this too")
    return number


def cannot_travel(number: int) -> Any:
    return (one for one in (number,))


EXPECTED = [Done(n, 2 * n) if n != 3 else Done(3, None, "ValueError: no 3") for n in range(8)]


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("seconds", [None, 60.0])
def test_answers_come_in_order_and_a_failure_is_one_of_them(jobs: int, seconds: float | None) -> None:
    assert list(in_order(doubled, range(8), jobs=jobs, seconds=seconds)) == EXPECTED


def test_answers_come_as_they_are_done_and_in_order_where_that_is_asked() -> None:
    as_they_came = [one.number for one in as_done(slow_to_begin, range(9), jobs=3)]
    assert sorted(as_they_came) == list(range(9))
    assert [one.answer for one in in_order(slow_to_begin, range(9), jobs=3)] == list(range(9))


def test_a_task_that_ends_its_process_is_named_and_loses_no_other() -> None:
    done = list(in_order(ends_its_process, range(5), jobs=2))
    assert [one.answer for one in done] == [0, None, 2, 3, 4]
    assert done[1].failure == "its process ended with SIGKILL"


def test_a_process_that_something_else_ended_loses_nothing(tmp_path: Path) -> None:
    tasks = [(n, str(tmp_path / "mark")) for n in range(4)]
    assert [one.answer for one in in_order(ends_its_process_once, tasks, jobs=2)] == [0, 1, 2, 3]


def test_a_task_that_never_ends_is_ended() -> None:
    done = list(in_order(never_ends, range(4), jobs=2, seconds=4))
    assert [one.answer for one in done] == [0, None, 2, 3]
    assert done[1].failure == "takes longer than 4 s"


def test_what_a_task_prints_stands_in_no_answers_way() -> None:
    assert [one.answer for one in in_order(prints, range(3), jobs=2)] == [0, 1, 2]


def test_an_answer_that_cannot_travel_is_a_failure() -> None:
    (done,) = in_order(cannot_travel, [0], jobs=2)
    assert done.answer is None and "generator" in done.failure


def test_tasks_are_taken_as_they_are_needed_and_whoever_stops_early_ends_the_processes() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(10_000):
            taken.append(number)
            yield number

    running = as_done(slow_to_begin, tasks(), jobs=2)
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert len(taken) < 100


@pytest.mark.parametrize("text", ["local", "dask://scheduler", "dask+tls://scheduler:8786"])
def test_places_are_told_from_other_words(text: str) -> None:
    assert is_place(text)
    assert not is_place(f"{text.partition(':')[0]}:/")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers of this machine."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as running:
        yield running


@pytest.fixture
def place(cluster: Any) -> str:
    path = sys.path[:]
    with cluster.get_client() as client:
        client.run(lambda: sys.path.__setitem__(slice(None), path))
    return f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"


@pytest.mark.parametrize("seconds", [None, 60.0])
def test_a_dask_cluster_gives_the_same_answers(place: str, seconds: float | None) -> None:
    assert list(in_order(doubled, range(8), on=place, seconds=seconds)) == EXPECTED


def test_a_dask_cluster_ends_what_never_ends(place: str) -> None:
    done = list(in_order(never_ends, range(4), on=place, seconds=4))
    assert [(one.answer, one.failure) for one in done] == [(0, ""), (None, "takes longer than 4 s"), (2, ""), (3, "")]


def test_a_worker_that_dies_loses_nothing(place: str, tmp_path: Path) -> None:
    tasks = [(n, str(tmp_path / "mark")) for n in range(20)]
    assert [one.answer for one in in_order(ends_its_process_once, tasks, on=place)] == list(range(20))
    assert (tmp_path / "mark").exists()


def test_a_place_without_a_scheduler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("kubelens.engine.dask_cluster._SECONDS_TO_CONNECT", 1)
    with pytest.raises(NoWorkers, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(as_done(doubled, [1], on="dask://127.0.0.1:9"))
