"""Small random charts, rendered here and by ``helm``: where the two print something else, or refuse for another reason.

    python -m tools.mini_charts --of 500 --seed 1 --helm PATH
    python -m tools.mini_charts --of 60 --seed 7 --helm PATH --record tests/agreement/recordings/helm/charts-mini.jsonl.gz

Prints each chart on which they differ, with both answers. ``--record`` writes what helm says, in the form of the other
recordings: a chart that is refused keeps the error without its last line, and ``$ROOT`` stands for the folder.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from msgspec import Struct

from kubelens.render.chart.fault import ChartFault
from tests.agreement.helm_command import template
from tools.mini_templates import Writer
from tools.mini_values import random_values, written

RELEASE: Final = "voyage"
_HELM: Final = 4
_HINT: Final = "\n\nUse --debug flag"
_SHOWN: Final = 30
_LONGEST_SECONDS: Final = 60
_HOOKS: Final = ("pre-install", "post-install,post-upgrade", "test", "pre-delete")
_KINDS: Final = ("ConfigMap", "Secret", "Service", "Deployment", "Namespace", "Boat")


class MiniChart(Struct, frozen=True):
    """The files of a chart, below ``c/``, and of values beside it; ``arguments`` follow ``helm template voyage c``."""

    files: dict[str, str]
    arguments: list[str]


class Answer(Struct, frozen=True):
    """What is printed, or the error that is told instead."""

    output: str | None
    error: str | None


def mini_charts(seed: int, count: int) -> Iterator[MiniChart]:
    """So many charts, the same ones for the same seed."""
    for number in range(count):
        yield mini_chart(Random(f"{seed} {number}"))


def mini_chart(random: Random) -> MiniChart:
    """One chart: values, helpers, a few templates, now and then a subchart, more values and options."""
    own = random_values(random)
    more = ""
    files: dict[str, str] = {}
    if random.random() < 0.35:
        inner = random_values(random)
        more = "dependencies:\n  - {name: sub, version: '>=0'" + random.choice(
            ("}\n", ", condition: sub.enabled}\n", ", alias: other}\n", ", tags: [deep]}\n")
        )
        files["c/charts/sub/Chart.yaml"] = "apiVersion: v2\nname: sub\nversion: 0.2.0\n"
        files["c/charts/sub/values.yaml"] = written(inner, random)
        files["c/charts/sub/templates/s.yaml"] = _document(random, Writer(random, inner))
    files["c/Chart.yaml"] = (
        f"apiVersion: v2\nname: mini\nversion: 1.2.3\nappVersion: {random.choice(_VERSIONS)}\n{more}"
    )
    files["c/values.yaml"] = written(own, random)
    writer = Writer(random, own)
    files["c/templates/_h.tpl"] = writer.helpers()
    for number in range(random.randint(1, 3)):
        parts = [_document(random, writer) for _ in range(random.choice((1, 1, 1, 2, 3)))]
        files[f"c/templates/{random.choice('abcz')}{number}.yaml"] = random.choice(_BREAKS).join(parts)
    if random.random() < 0.3:
        files["c/files/f.txt"] = random.choice(("one\ntwo\n", "", "é: {{ .Values.s }}\n", "a: b\nc: [1, 2]\n"))
    arguments: list[str] = []
    if random.random() < 0.4:
        files["v.yaml"] = written(random_values(random), random)
        arguments += ["-f", "v.yaml"]
    if random.random() < 0.4:
        arguments += ["--set", random.choice(_SET)]
    return MiniChart(files, arguments)


_VERSIONS: Final = ("1.0", '"1.0"', "v2.3.4-rc.1", "1e3", "0x10", "'007'", "~")
_BREAKS: Final = ("---\n", "\n---\n", "--- # next\n", "---\n\n---\n", "\n---\n# nothing\n---\n")
_SET: Final = (
    "s=over",
    "n=0x1f",
    "n=007",
    "m.x=1,m.y=true",
    "l[0]=first",
    "l={a,b,c}",
    "b=null",
    "m=null",
    r"s=a\,b",
    "m.new.deep=1.50",
    "l[3].k=v",
    "sub.s=given",
    "sub.enabled=false",
    "global.g=1",
    "tags.deep=false",
)


def _document(random: Random, writer: Writer) -> str:
    """A document of a template: a head, and fields that are filled in."""
    kind = random.choice(_KINDS)
    lines = [f"apiVersion: {random.choice(('v1', 'apps/v1', 'x.example/v1'))}", f"kind: {kind}", "metadata:"]
    lines.append("  name: {{ .Release.Name }}-{{ .Chart.Name }}-" + random.choice("abc"))
    if random.random() < 0.15:
        lines += ["  annotations:", f"    helm.sh/hook: {random.choice(_HOOKS)}"]
        lines += ['    helm.sh/hook-weight: "{{ .Values.n }}"'] if random.random() < 0.3 else []
    lines.append("data:")
    for number in range(random.randint(1, 6)):
        lines += writer.entry(f"k{number}", 2)
    return "\n".join(lines) + random.choice(("\n", "", "\n\n"))


def by_kubelens(chart: MiniChart) -> Answer:
    """What is rendered here."""
    try:
        return Answer(str(template(chart.files, chart.arguments, RELEASE, _HELM)), None)
    except ChartFault as fault:
        return Answer(None, f"Error: {fault}")


def by_helm(helm: str, chart: MiniChart) -> Answer:
    """What ``helm template`` says, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in chart.files.items():
            file = Path(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        done = subprocess.run(
            [os.path.abspath(helm), "template", RELEASE, "c", *chart.arguments],
            cwd=folder,
            env={"HOME": folder, "TZ": "UTC", "PATH": ""},
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    if not done.returncode:
        return Answer(done.stdout.decode("utf-8", "surrogateescape"), None)
    said = done.stderr.decode("utf-8", "surrogateescape")
    error = said[said.find("Error: ") :].partition(_HINT)[0].strip()
    return Answer(None, error.replace(os.path.realpath(folder), "$ROOT"))


def record(chart: MiniChart, answer: Answer, number: int) -> dict[str, object]:
    """A line of the recordings."""
    made: dict[str, object] = {"id": f"mini-{number:03}", "area": "mini", "group": "mini", "cmd": "template"}
    made |= {"args": chart.arguments, "files": chart.files, "rc": 0 if answer.error is None else 1}
    return made | ({"output": answer.output} if answer.error is None else {"error": answer.error})


def shown(number: int, chart: MiniChart, ours: Answer, helms: Answer) -> str:
    """A chart on which the two differ: the first lines that do, and its files."""
    mine, other = (((one.output or one.error or "").split("\n")) for one in (ours, helms))
    at = next((n for n, (a, b) in enumerate(zip(mine, other, strict=False)) if a != b), min(len(mine), len(other)))
    files = "".join(f"# {name}\n{text}" for name, text in chart.files.items())
    return (
        f"== {number} {' '.join(chart.arguments)}\n{files}\n-- here, from line {at + 1}\n"
        + "\n".join(mine[at : at + _SHOWN])
        + f"\n-- helm\n{chr(10).join(other[at : at + _SHOWN])}"
    )


def main() -> int:
    """Render, compare, and record where that is asked for; 1 where the two differ."""
    parser = argparse.ArgumentParser(prog="python -m tools.mini_charts", description=__doc__)
    parser.add_argument("--of", type=int, default=100, help="how many charts")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--helm", help="the program to hold against; without it charts are rendered here alone")
    parser.add_argument("--record", type=Path, help="the file to write what helm says to")
    options = parser.parse_args()
    different = refused = 0
    lines: list[str] = []
    for number, chart in enumerate(mini_charts(options.seed, options.of)):
        ours = by_kubelens(chart)
        helms = by_helm(options.helm, chart) if options.helm else ours
        refused += helms.error is not None
        if ours != helms:
            different += 1
            print(shown(number, chart, ours, helms), flush=True)
        lines.append(json.dumps(record(chart, helms, number), ensure_ascii=True, sort_keys=True))
    if options.record is not None and options.helm:
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
        options.record.write_bytes(packed.getvalue())
    print(f"{options.of} charts of seed {options.seed}, {refused} refused by helm: {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
