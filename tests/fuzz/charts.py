"""Hostile charts judged one by one, each in a process of its own that is watched."""

from __future__ import annotations

import gc
import os
import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from kubelens.engine.config import Config
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import Outcome, run
from tests.fuzz.hostile_charts import CHART, SECRET, Files, hostile_chart

MOST_SECONDS: Final = 5.0
MOST_MEGABYTES: Final = 500
_LAST_SECONDS: Final = 30
_PLAIN: Final = {"Chart.yaml": CHART, "templates/t.yaml": b"a: {{ upper `x` | toYaml | quote }}\n"}
"""What is judged first, in this process, so that the others need not import what it does."""
_REACHES_OUT: Final = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen", "os.exec")


class Seen(msgspec.Struct):
    """What became of a chart: processor time, memory, what was looked at outside, an error, whether the secret shows."""

    kind: str = ""
    seconds: float = 0
    megabytes: float = 0
    outside: list[str] = []
    error: str = ""
    leaked: bool = False

    @property
    def fault(self) -> str:
        """What is wrong about it; empty where nothing is."""
        if self.error:
            return self.error
        if self.leaked or self.outside:
            return f"reads outside: {', '.join(self.outside) or 'what stands in a file beside the chart'}"
        if self.seconds > MOST_SECONDS:
            return f"{self.seconds:.1f} s of CPU"
        return f"{self.megabytes:.0f} MB" if self.megabytes > MOST_MEGABYTES else ""


def judged(seed: int, numbers: Iterable[int]) -> Iterator[tuple[int, Seen]]:
    """(number, what became of it) of the charts with some numbers."""
    os.environ["HOSTILE"] = SECRET
    with tempfile.TemporaryDirectory() as folder:
        write_chart(Path(folder), _PLAIN)
        before = os.getcwd()
        os.chdir(folder)
        _checked()
        os.chdir(before)
    for number in numbers:
        kind, files = hostile_chart(Random(f"{seed} {number}"), number)
        with tempfile.TemporaryDirectory() as folder:
            chart = Path(folder) / "chart"
            (Path(folder) / "secret").write_text(f"a: {SECRET}\n")
            write_chart(chart, files)
            seen = _watched(chart)
        seen.kind = kind
        yield number, seen


def write_chart(folder: Path, files: Files) -> None:
    """Write the files of a chart; a name ending in ``->`` becomes a link to what it holds."""
    for name, data in files.items():
        path = folder / name.removesuffix("->")
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("->"):
            path.symlink_to(data.decode())
        else:
            path.write_bytes(data)


def _watched(chart: Path) -> Seen:
    """What a process does that judges a chart."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ours)
        resource.setrlimit(resource.RLIMIT_CPU, (_LAST_SECONDS, _LAST_SECONDS))
        seen = Seen()
        try:
            _judge(chart, seen)
        except BaseException as error:  # noqa: BLE001 - whatever ends it is what is looked for
            seen.error = f"{type(error).__name__}: {error}"[:300]
        used = resource.getrusage(resource.RUSAGE_SELF)
        seen.megabytes = used.ru_maxrss / 1024
        os.write(theirs, msgspec.json.encode(seen))
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as answer:
        text = answer.read()
    _, status, used = os.wait4(pid, 0)
    seen = msgspec.json.decode(text, type=Seen) if text else Seen(error=f"ended with status {status}")
    seen.seconds = used.ru_utime + used.ru_stime
    return seen


def _checked() -> Outcome:
    """What ``kubelens check`` finds in the working folder."""
    config, plugins = Config(select=("ALL",)), Plugins(third_party=False)
    return run(read_inputs(Wanted(), config, plugins), config, plugins)


def _judge(chart: Path, seen: Seen) -> None:
    gc.disable()  # as the command does
    os.chdir(chart)
    allowed = tuple(os.path.realpath(path) for path in (chart, sys.prefix, sys.base_prefix, Path(__file__).parents[2]))

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str):
            path = os.path.realpath(arguments[0])
            if not path.startswith(allowed):
                seen.outside.append(path)
        elif event in _REACHES_OUT:
            seen.outside.append(event)

    sys.addaudithook(watch)
    outcome = _checked()
    if outcome.rule_failures:
        seen.error = str(outcome.rule_failures[0])[:300]
    texts = [file.source.text for file in outcome.snapshot.files.values() if file.source is not None]
    said = [part for f in outcome.findings for part in (f.message, *f.notes)]
    seen.leaked = any(SECRET in text for text in (*texts, *said))
