"""Kustomizations against what kustomize 5.8 prints, says and refuses, and where the lines come from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from kubelens.render.kustomize.build import Built, build
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.loading import FileSet, MappingReader
from kubelens.render.origin import Text, joined
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "kustomize"
_ROOT: Final = "c"
"""The name of the folder in which the builds were recorded."""
_LOG: Final = re.compile(r"^I\d{4} [\d:.]+ +\d+ log\.go:\d+\] ", re.MULTILINE)
_FETCHED: Final = re.compile(r"""Get \\*"(https?://[^"\\]+)""")
_ADDRESS: Final = re.compile(r"\n+------?\n&resource\.Resource.*|\n\n--\n.*", re.DOTALL)


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every build."""
    result = SuiteResult("kustomize", headline="builds")
    for _, record in read_records(cases):
        right = _build(record, result)
        result.count("figures", "builds", right)
        result.count("by", record["area"], right)
    return result


def _build(record: dict[str, Any], result: SuiteResult) -> bool:
    files = FileSet(MappingReader(record["files"]), "$ROOT", name=_ROOT)
    found: Built | None = None
    error, warnings = "", ""
    try:
        found = build(files, record["build"], helm=False)
        warnings = "\n".join(found.warnings)
    except BuildFault as fault:
        error = "".join(f"{line}\n" for line in fault.warnings) + f"error: {fault}"
    if "error" in record:
        right = _same_fault(record["error"], error, found)
        result.count("figures", "messages", right)
        return right or _differs(record, "error", record["error"].strip(), error or _shown(found), result)
    text = found.text if found is not None else f"{error}\n"
    right = text == record["output"]
    result.count("figures", "bytes", right)
    if not right:
        _differs(record, "output", record["output"], text, result)
    if "warning" in record:
        same = _LOG.sub("", record["warning"]).strip() == warnings.strip()
        result.count("figures", "warnings", same)
        right = right and (same or _differs(record, "warning", record["warning"], warnings, result))
    if found is not None and "origin" in record:
        _origins(record, found, result)
    return right


def _differs(record: dict[str, Any], what: str, expected: str, predicted: str, result: SuiteResult) -> bool:
    result.disagreements.append(Disagreement(record["id"], what, expected, predicted))
    return False


def _shown(found: Built | None) -> str:
    return "" if found is None else found.text


def _same_fault(expected: str, error: str, found: Built | None) -> bool:
    """The words, but for addresses in memory; what is fetched from elsewhere is named as missing."""
    fetched = _FETCHED.search(expected)
    if fetched is not None:
        missing = found.missing if found is not None else ()
        return any(fetched[1] in one.what for one in missing)
    return _ADDRESS.sub("", expected).strip() == _ADDRESS.sub("", error).strip()


def _origins(record: dict[str, Any], found: Built, result: SuiteResult) -> None:
    """Each token of a line of the output stands in the line of the file that it comes from."""
    parts: list[str] = []
    for index, built in enumerate(found.objects):
        parts += (["---\n"] if index else []) + [built.sourced()]
    whole = joined(parts)
    for entry in record["origin"]:
        start = _line_start(whole, entry["line"])
        end = whole.find("\n", start)
        told = _places(whole, start, len(whole) if end < 0 else end, record["files"])
        for file, line, token in entry["from"]:
            right = (file, line) in told
            result.count("figures", "origins", right)
            if not right:
                wanted = f"{file}:{line} ({token})"
                shown = ", ".join(f"{f}:{n}" for f, n in sorted(told))
                result.disagreements.append(
                    Disagreement(record["id"], f"origin of line {entry['line']}", wanted, shown)
                )


def _line_start(text: str, line: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
    return at


def _places(text: Text, start: int, end: int, files: dict[str, str]) -> set[tuple[str, int]]:
    """(file, line) of all that a stretch of the output comes from."""
    told: set[tuple[str, int]] = set()
    for origin in text.origins_of(start, end):
        source = files[origin.file]
        first = source.count("\n", 0, origin.start) + 1
        last = source.count("\n", 0, max(origin.end - 1, origin.start)) + 1
        told.update((origin.file, line) for line in range(first, last + 1))
    return told
