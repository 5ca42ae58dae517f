"""Records of what a peer's own tests expect of a fixture, whatever peer it is and however its record is spelt.

Every peer writes this down in words of its own: "failed: 3", "expected_finding: true", the folder of a fixture or a
list of files. A record is read when it names a check, a fixture and a verdict; anything else is counted apart.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CHECK_KEYS: Final = (
    "check_id",
    "check",
    "rule_id",
    "rule",
    "control",
    "controls",
    "policy",
    "query",
    "queryName",
    "id",
    "ids",
    "name",
)
FILE_KEYS: Final = ("files", "file", "fixtures", "fixture", "fixture_dir", "inputs", "input", "path", "dir", "folder")
VERDICT_KEYS: Final = (
    "expected_findings_count",
    "expected_findings",
    "expected_finding",
    "expected_count",
    "expected_objects",
    "expected",
    "failed",
    "failure",
    "fails",
    "fail",
    "violations",
    "findings",
    "count",
    "verdict",
    "outcome",
    "result",
    "status",
    "invalid",
    "exit_code",
    "expected_exit",
)
PER_SUBJECT: Final = ("alerts", "number_of_alerts", "failedPaths")
"""Counted by subject or by path: whether there is one can be compared, how many cannot."""
VALIDATORS: Final = ("kubeconform", "kubeval", "kubectl-validate")
"""Peers with the schema for their one check."""
POSITIVE_KEYS: Final = ("positives", "positive", "failing", "bad")
NEGATIVE_KEYS: Final = ("negatives", "negative", "passing", "good")
ABSENT: Final = "records whose fixture is not there"
QUIET_KEYS: Final = ("dont_fire_named_objects", "quiet_objects", "expected_quiet", "passed_objects")
YES: Final = frozenset(
    {"fail", "failed", "failure", "deny", "denied", "disallowed", "violation", "finding", "positive"}
)
NO: Final = frozenset({"pass", "passed", "success", "allow", "allowed", "ok", "quiet", "clean", "negative", "none"})
MANIFESTS: Final = (".yaml", ".yml", ".json")
SUFFIXES: Final = ("_expectations", "-expectations", "_records", "_cases")
PEERS: Final = {
    "kubelinter": "kube-linter",
    "kubescore": "kube-score",
    "kube_linter": "kube-linter",
    "kube_score": "kube-score",
    "kubectlvalidate": "kubectl-validate",
}


@dataclass(frozen=True)
class Expectation:
    """One check over one fixture. ``count`` is None where only *whether* something is found was written down."""

    peer: str
    checks: tuple[str, ...]
    case: str
    fixture: str
    root: Path
    files: tuple[str, ...]
    finds: bool
    count: int | None = None
    quiet: tuple[str, ...] = ()
    passed: int | None = None


def record_files(cases: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(peer, records) of a file or of every JSON and JSON Lines file of a folder; other files are passed over."""
    for path in sorted(cases.iterdir()) if cases.is_dir() else [cases]:
        if path.suffix not in {".json", ".jsonl"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".jsonl":
            records = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            loaded = json.loads(text)
            records = (
                loaded
                if isinstance(loaded, list)
                else next((value for value in loaded.values() if isinstance(value, list)), [loaded])
            )
        yield peer_of(path.stem), [record for record in records if isinstance(record, dict)]


def peer_of(stem: str) -> str:
    """The peer that a file of records is called after."""
    for suffix in SUFFIXES:
        stem = stem.removesuffix(suffix)
    return PEERS.get(stem, stem)


def fixture_roots(cases: Path, peer: str, shared: Path) -> list[Path]:
    """Folders that a record's fixtures may be relative to, the nearest first."""
    folder = cases if cases.is_dir() else cases.parent
    near = (folder, folder / "manifests", folder.parent / "manifests", folder.parent, shared)
    found = [root / peer for root in near] + list(near)
    return [root for root in found if root.is_dir()]


def expectations(record: dict[str, Any], peer: str, roots: list[Path]) -> list[Expectation] | str:
    """What a record expects, or in a few words why it cannot be held against anything.

    A record is about one fixture, or lists ``positives`` and ``negatives`` with the findings of each by file.
    """
    peer = str(record.get("tool") or record.get("peer") or peer)
    checks = tuple(dict.fromkeys(name for key in CHECK_KEYS for name in _names(record.get(key))))
    if not checks and peer in VALIDATORS:
        checks = ("schema-validation",)
    positives, negatives = (_first(record, keys) for keys in (POSITIVE_KEYS, NEGATIVE_KEYS))
    if positives or negatives:
        counts = Counter(Path(name).name for name in _finding_files(record))
        both = [(path, True, counts.get(Path(path).name)) for path in positives]
        found = [_expectation(peer, checks, (path,), (finds, count), record, roots) for path, finds, count in both]
        found += [_expectation(peer, checks, (path,), (False, None), record, roots) for path in negatives]
        whole = [one for one in found if isinstance(one, Expectation)]
        return whole or ABSENT
    paths = _first(record, FILE_KEYS)
    if not paths:
        return "records that name no fixture" if checks else "records that name no check"
    verdict = _verdict(record)
    if verdict is None:
        return "records without a verdict"
    one = _expectation(peer, checks, paths, verdict, record, roots)
    return [one] if isinstance(one, Expectation) else one


def _expectation(
    peer: str,
    checks: tuple[str, ...],
    paths: tuple[str, ...],
    verdict: tuple[bool, int | None],
    record: dict[str, Any],
    roots: list[Path],
) -> Expectation | str:
    checks = tuple(dict.fromkeys((*checks, *(part for path in paths for part in reversed(Path(path).parts[:-1])))))
    if not checks:
        return "records that name no check"
    for root in roots:
        there = [_there(root, path) for path in paths]
        if all(there):
            files = _manifests(root, [path for path in there if path is not None])
            quiet = _first(record, QUIET_KEYS)
            passed = record.get("passed") if type(record.get("passed")) is int else None
            case = f"{peer}/{checks[0]} {' '.join(paths)}"
            return Expectation(peer, checks, case, Path(paths[0]).name, root, files, *verdict, quiet, passed)
    return ABSENT


def _there(root: Path, path: str) -> Path | None:
    """A fixture below a root; where only the end of its path was written down, the first of that end."""
    if (root / path).exists():
        return root / path
    if Path(path).is_absolute() or ".." in Path(path).parts:
        return None
    return next(iter(sorted(root.rglob(path))), None)


def _first(record: dict[str, Any], keys: Iterable[str]) -> tuple[str, ...]:
    return next((names for key in keys if (names := _names(record.get(key)))), ())


def _finding_files(record: dict[str, Any]) -> Iterator[str]:
    found = record.get("findings")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            yield next((str(one[key]) for key in ("file", "fileName", "filename") if one.get(key)), "")


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _verdict(record: dict[str, Any]) -> tuple[bool, int | None] | None:
    for key in PER_SUBJECT:
        if isinstance(record.get(key), (int, list)):
            return bool(record[key]), None
    for key in VERDICT_KEYS:
        value = record.get(key)
        if isinstance(value, bool):
            return value, None
        if isinstance(value, int):
            return value > 0, value
        if isinstance(value, list):
            return bool(value), len(value)
        if isinstance(value, str) and (word := value.lower()) in YES | NO:
            return word in YES, None
    return None


def _manifests(root: Path, paths: Iterable[Path]) -> tuple[str, ...]:
    found: list[str] = []
    for whole in paths:
        inside = sorted(whole.rglob("*")) if whole.is_dir() else [whole]
        found += [str(p.relative_to(root)) for p in inside if p.is_file() and p.suffix in MANIFESTS]
    return tuple(dict.fromkeys(found))


def spellings(check: str) -> tuple[str, ...]:
    """How a check may be called: as it stands, and as words joined by ``_`` or ``-`` in lower case."""
    words = re.split(r"[^0-9A-Za-z]+", check.strip().lower())
    return tuple(dict.fromkeys((check, "_".join(words), "-".join(words))))
