"""Tasks done by the workers of a Dask cluster; what they do not bring to an end is done here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from threading import local
from typing import Any, Final, TypeVar

from kubelens import __version__
from kubelens.engine.children import Child, Done, said

Task = TypeVar("Task")
Answer = TypeVar("Answer")

SCHEMES: Final = {"dask://": "tcp://", "dask+tls://": "tls://"}
_PORT: Final = 8786
_SECONDS_TO_CONNECT: Final = 15
_AHEAD: Final = 1000
"""Tasks that are under way at once: enough for any number of workers, and few enough to hold."""
_ELSEWHERE: Final = local()
"""On a worker: the process that each of its threads has tasks done by."""


class NoWorkers(ValueError):
    """What was named to do the tasks cannot be reached, or does not fit; the text says why."""


def by_dask(
    work: Callable[[Task], Answer], tasks: Iterable[Task], *, on: str, seconds: float | None
) -> Iterator[Done[Answer]]:
    """Tasks done by the cluster whose scheduler is at ``dask://HOST[:PORT]``, in the order in which they are finished.

    Raises:
        NoWorkers: dask.distributed is not installed, no scheduler answers there, it has no worker, or the workers have
            another version of kubelens.
    """
    try:
        distributed: Any = import_module("distributed")  # few have it, and it costs a second
    except ImportError:
        raise NoWorkers(f"{on} needs dask.distributed: pip install 'kubelens[dask]'") from None
    address = _address(on)
    try:
        client = distributed.Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except Exception as error:
        raise NoWorkers(f"no Dask scheduler answers at {address}: {said(error)}") from None
    numbered = enumerate(tasks)
    here = Child()
    try:
        _same_version(client, address)
        under_way: dict[Any, tuple[int, Task]] = {}

        def send(number: int, task: Task) -> Any:
            future = client.submit(_on_worker, number, work, task, seconds, pure=False)
            under_way[future] = (number, task)
            return future

        finished = distributed.as_completed([send(*one) for one in islice(numbered, _AHEAD)], loop=client.loop)
        for future in finished:
            number, task = under_way.pop(future)
            for one in islice(numbered, 1):
                finished.add(send(*one))
            done: Done[Answer] | None = None
            try:
                done = future.result()
            except Exception:  # noqa: BLE001 - the cluster's own: a task's failure is an answer
                done = None
            yield done if isinstance(done, Done) else here.do(number, work, task, seconds)
    finally:
        here.end()
        client.close(timeout=_SECONDS_TO_CONNECT)


def _address(on: str) -> str:
    scheme = next(scheme for scheme in SCHEMES if on.startswith(scheme))
    host = on.removeprefix(scheme).rstrip("/")
    has_port = host.rpartition(":")[2].isdecimal() and not host.endswith("]")
    return f"{SCHEMES[scheme]}{host}" if has_port else f"{SCHEMES[scheme]}{host}:{_PORT}"


def _same_version(client: Any, address: str) -> None:
    try:
        versions = client.run(_version)
    except Exception as error:
        raise NoWorkers(f"the Dask workers at {address} cannot run kubelens {__version__}: {said(error)}") from None
    if not versions:
        raise NoWorkers(f"the Dask scheduler at {address} has no workers")
    for worker, version in versions.items():
        if version != __version__:
            raise NoWorkers(f"the Dask worker {worker} has kubelens {version}, here it is {__version__}")


def _version() -> str:
    from kubelens import __version__ as own  # noqa: PLC0415 - the worker's, not the one that travelled

    return own


def _on_worker(number: int, work: Callable[[Task], Answer], task: Task, seconds: float | None) -> Done[Answer]:
    """Do a task on a worker, in a process of its own where its time is bounded."""
    if seconds is None:
        try:
            return Done(number, work(task))
        except Exception as error:  # noqa: BLE001 - a task may raise anything; the others go on
            return Done(number, None, said(error))
    child: Child | None = getattr(_ELSEWHERE, "child", None)
    if child is None:
        child = _ELSEWHERE.child = Child()
    return child.do(number, work, task, seconds)
