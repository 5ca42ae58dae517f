"""Real manifests with the verdict of a real API server: false alarms and misses of the schema and YAML rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kubelens.engine.analysis import analyse
from kubelens.engine.config import Config
from kubelens.engine.loader import Status, load_paths
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.selection import choose_rules
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.rules.api import Facts, Finding, Severity
from kubelens.rules.catalogue import kubelens_rules
from tests.agreement.suite import Disagreement, SuiteResult

DEFAULT: Final = Path(__file__).parents[3] / "shared" / "manifests"
FAMILIES: Final = ("schema", "yaml", "path-type", "strategy-fields", "selector-mismatch", "node-port-range")


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every document of every folder that holds a ``verdicts.jsonl``."""
    result = SuiteResult("manifests", headline="accepted documents without an error")
    for folder in _folders(cases):
        _compare(folder, result)
    return result


def _folders(cases: Path) -> Iterator[Path]:
    if (cases / "verdicts.jsonl").is_file():
        yield cases
    else:
        yield from sorted(p.parent for p in cases.glob("*/verdicts.jsonl"))


def _compare(folder: Path, result: SuiteResult) -> None:
    snapshot, findings = check(folder)
    by_document: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.ERROR:
            by_document.setdefault((finding.at.uri, finding.at.document), []).append(finding)
    for line in (folder / "verdicts.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        name, index = record["file"], record["index"]
        file = snapshot.files.get(name)
        where = f"{folder.name}/{name}#{index}"
        if file is None or file.status is not Status.TAKEN:
            reason = f"not taken: {file.status.value}" if file is not None else "not read"
            result.apart[reason] = result.apart.get(reason, 0) + 1
            continue
        found = by_document.get((name, index - _leading(file)), [])
        _count(record, where, found, folder.name, result)


def _leading(file: ParsedFile) -> int:
    """1 where the file begins with a separator: the recorded index counts the nothing before it."""
    text = file.source.text if file.source is not None else ""
    head, separator, _ = text.partition("---")
    return int(bool(separator) and not head.strip())


def _count(record: dict[str, Any], where: str, found: list[Finding], folder: str, result: SuiteResult) -> None:
    said = [f"{f.rule}: {f.message}" for f in found]
    if record["verdict"] == "accept":
        result.count("figures", "accepted documents without an error", not found)
        result.count("by", folder, not found)
        if found:
            result.disagreements.append(Disagreement(where, "false alarm", "accept", said))
    elif record["verdict"] == "reject":
        stage = record.get("stage") or ("decode or strict" if record.get("code") == 400 else "invalid")
        name = (
            "rejected, decode or strict"
            if stage in ("decode", "strict", "decode or strict")
            else "rejected, other stages"
        )
        result.count("figures", name, bool(found))
        if not found:
            result.disagreements.append(Disagreement(where, f"miss ({stage})", record.get("causes"), []))
    else:
        result.apart[record["verdict"]] = result.apart.get(record["verdict"], 0) + 1


def check(folder: Path, release: str = "1.36") -> tuple[Snapshot, tuple[Finding, ...]]:
    """The findings of the schema and YAML rules about a folder."""
    workspace = Workspace(release=release)
    workspace.fill(load_paths([str(folder)], root=folder))
    rules = choose_rules(Config(select=FAMILIES), kubelens_rules())
    snapshot = workspace.snapshot()
    return snapshot, analyse(snapshot, rules, Facts(release=release)).findings
