"""Lists of tasks that do not depend on each other: done here, by processes of this machine, or by a Dask cluster.

The one seam for whatever is larger than one process: audits of many repositories, sweeps over many what-ifs. ``work``
is a function of a module and each task a value, both able to travel by pickle; the answer of one rests on the task alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from kubelens.engine.children import Done, by_children, said
from kubelens.engine.dask_cluster import SCHEMES, NoWorkers, by_dask

__all__ = ["LOCAL", "Done", "NoWorkers", "as_done", "in_order", "is_place"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")

LOCAL: Final = "local"


def is_place(on: str) -> bool:
    """Whether a text names who is to do tasks: ``local``, ``dask://HOST[:PORT]`` or ``dask+tls://HOST[:PORT]``."""
    return on == LOCAL or any(on.startswith(scheme) and on != scheme for scheme in SCHEMES)


def as_done(
    work: Callable[[Task], Answer],
    tasks: Iterable[Task],
    *,
    on: str = LOCAL,
    jobs: int = 1,
    seconds: float | None = None,
) -> Iterator[Done[Answer]]:
    """Each task once it is done, in no order; what fails has a ``failure`` in place of an answer, and nothing is lost.

    ``jobs``: processes of this machine, where they do it. ``seconds``: what a task may take; each is then done in a
    process that is ended after that, with one job too. Without, one job does the tasks in this process.

    Raises:
        NoWorkers: ``on`` cannot be reached, or has another version of kubelens.
    """
    if on != LOCAL:
        yield from by_dask(work, tasks, on=on, seconds=seconds)
    elif jobs > 1 or seconds is not None:
        yield from by_children(work, tasks, jobs=jobs, seconds=seconds)
    else:
        for number, task in enumerate(tasks):
            yield _here(number, work, task)


def in_order(
    work: Callable[[Task], Answer],
    tasks: Iterable[Task],
    *,
    on: str = LOCAL,
    jobs: int = 1,
    seconds: float | None = None,
) -> Iterator[Done[Answer]]:
    """The same in the order of the tasks, each as soon as those before it are done.

    Raises:
        NoWorkers: as :func:`as_done`.
    """
    waiting: dict[int, Done[Answer]] = {}
    wanted = 0
    for done in as_done(work, tasks, on=on, jobs=jobs, seconds=seconds):
        waiting[done.number] = done
        while wanted in waiting:
            yield waiting.pop(wanted)
            wanted += 1


def _here(number: int, work: Callable[[Task], Answer], task: Task) -> Done[Answer]:
    try:
        return Done(number, work(task))
    except Exception as error:  # noqa: BLE001 - a task may raise anything; the others go on
        return Done(number, None, said(error))
