"""Charts and template snippets as Helm 4 and 3 print them, and the lines that each line of the output comes from."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from kubelens.render.chart.capabilities import Capabilities
from kubelens.render.chart.coalesce import Coalescing
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.load import load
from kubelens.render.chart.manifests import printed
from kubelens.render.chart.model import Chart, File
from kubelens.render.chart.objects import Release
from kubelens.render.chart.render import render
from kubelens.render.chart.settings import Settings
from kubelens.render.chart.templates import Templates
from kubelens.render.origin import Sourced, Text
from tests.agreement.helm_command import notes, template
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "helm"
_CHART: Final = "chart"
_SHOWN: Final = 600
_LOG: Final = re.compile(r"[a-z_]+\.go:\d+: ")


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every record; the headline counts snippets, charts and origins of Helm 4 together."""
    result = SuiteResult("helm", headline="all")
    for stem, record in read_records(cases):
        if stem.startswith("snippets"):
            _snippet(record, result, _chart_beside(cases))
        elif stem.startswith("charts"):
            _chart(record, result)
    return result


def _chart_beside(cases: Path) -> Path:
    """The chart that snippets are rendered in: beside the records, or the recorded one."""
    beside = (cases if cases.is_dir() else cases.parent) / _CHART
    return beside if beside.is_dir() else DEFAULT / _CHART


@cache
def _ferry(folder: Path, helm: int) -> Chart:
    return load({p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}, helm)


def _snippet(record: dict[str, Any], result: SuiteResult, folder: Path) -> None:
    for helm in (4, 3):
        if helm == 3 and "helm3" not in record:
            continue
        expected = record if helm == 4 else record["helm3"]
        kind = next((k for k in ("output", "printed", "error") if k in expected), None)
        if kind is None:
            continue
        found = _guarded(lambda kind=kind, helm=helm: _render_snippet(record["template"], kind, folder, helm))  # type: ignore[misc]
        agrees = found == (kind, expected[kind])
        _count(result, "snippets", helm, agrees, f"snippets {record['area']}")
        if not agrees:
            _tell(result, record["id"], "snippet", helm, (kind, expected[kind]), found)


def _render_snippet(text: str, kind: str, folder: Path, helm: int) -> tuple[str, str]:
    chart = _ferry(folder, helm).fresh()
    name = "templates/_s.tpl" if kind == "output" else "templates/s.yaml"
    chart.templates = [*chart.templates, File(name, text.encode("utf-8", "surrogateescape"), name)]
    settings = Settings(Release("voyage", "docks"), Capabilities.of("v1.34.2", ["ferry.example/v1/Boat"], helm), helm)
    try:
        if kind == "output":
            values = Coalescing(helm).values_of(chart, Sourced())
            return "output", str(Templates(chart, values, settings).include(f"ferry/{name}"))
        rendered = render(chart, Sourced(), settings)
        return "printed", str(printed(rendered.manifests))
    except ChartFault as fault:
        return "error", f"Error: {fault}"


def _chart(record: dict[str, Any], result: SuiteResult) -> None:
    command = record["cmd"]
    for helm in (4, 3):
        if helm == 3 and "helm3" not in record:
            continue
        expected = record if helm == 4 else {**record, "output": None, "error": None, **record["helm3"]}
        wanted = (expected.get("output"), _without_log(expected.get("error")))
        found = _guarded(lambda helm=helm: _run(record, helm))  # type: ignore[misc]
        agrees = _same(found, wanted, bool(record.get("unordered")))
        _count(result, "charts", helm, agrees, f"charts {record['area']} {command}")
        if not agrees:
            _tell(result, record["id"], command, helm, wanted, found)
        if helm == 4 and "origin" in record:
            _origins(record, result, found[0] if isinstance(found, tuple) else None)


def _without_log(error: str | None) -> str | None:
    """An error without the log lines that Helm 3 writes before it."""
    if error is None:
        return None
    return "\n".join(line for line in error.split("\n") if not _LOG.match(line))


def _run(record: dict[str, Any], helm: int) -> tuple[str | None, str | None]:
    files, arguments = record["files"], record["args"]
    release = record.get("release", "voyage")
    try:
        if record["cmd"] == "lint":
            from tests.agreement.helm_lint import lint  # noqa: PLC0415

            return lint(files, arguments, helm)
        if record["cmd"] == "notes":
            return notes(files, arguments, release, helm), None
        return template(files, arguments, release, helm), None
    except ChartFault as fault:
        return None, f"Error: {fault}"


def _same(found: object, wanted: tuple[str | None, str | None], unordered: bool) -> bool:
    """Whether the output is the recorded one; nothing but a line break was recorded as no output."""
    if found == wanted or (wanted == (None, None) and found == ("\n", None)):
        return True
    if not isinstance(found, tuple) or not unordered:
        return False
    return [sorted((text or "").split("\n")) for text in found] == [sorted((text or "").split("\n")) for text in wanted]


def _origins(record: dict[str, Any], result: SuiteResult, output: object) -> None:
    """For each line of the output that holds tokens: whether the characters of each come from the line it stands in."""
    for line in record["origin"]:
        found = {
            token: _lines_of(record["files"], output, line["line"], token) if isinstance(output, Text) else set()
            for _, _, token in line["from"]
        }
        agrees = all((file, number) in found[token] for file, number, token in line["from"])
        alone = all(
            {at for name, at in found[token] if name == file} == {number} for file, number, token in line["from"]
        )
        _count(result, "origins", 4, agrees, f"origins {record['area']}")
        result.count("figures", "origins without another line of the same file", alone)
        if not agrees:
            _tell(result, f"{record['id']}:{line['line']}", "origin", 4, line["from"], found)


def _lines_of(files: dict[str, str], output: Text, number: int, token: str) -> set[tuple[str, int]]:
    """(file, line) of all that a token in a line of the output comes from."""
    start = 0
    for _ in range(number - 1):
        start = output.find("\n", start) + 1
    start = output.find(token, start)
    found: set[tuple[str, int]] = set()
    for origin in output.origins_of(start, start + len(token)) if start >= 0 else ():
        file = origin.file if origin.file in files else f"c/{origin.file}"
        text = files.get(file)
        if text is not None:
            first, last = text.count("\n", 0, origin.start), text.count("\n", 0, max(origin.start, origin.end - 1))
            found.update((file, at + 1) for at in range(first, last + 1))
    return found


def _guarded(call: Any) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - a fault of the renderer is a disagreement, and is told
        return f"{type(error).__name__}: {error}"


def _count(result: SuiteResult, figure: str, helm: int, agrees: bool, area: str) -> None:
    if helm == 4:
        result.count("figures", "all", agrees)
        result.count("figures", figure, agrees)
        result.count("by", area, agrees)
    else:
        result.count("figures", f"{figure}, Helm 3 where it differs", agrees)


def _tell(result: SuiteResult, case: str, what: str, helm: int, wanted: object, found: object) -> None:
    name = what if helm == 4 else f"{what}, Helm 3"
    result.disagreements.append(Disagreement(case, name, str(wanted)[:_SHOWN], str(found)[:_SHOWN]))
