"""Known findings: written once, held back from then on, so that only new ones count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from kubelens.engine.config import ConfigError
from kubelens.engine.regular_files import read_regular, reason
from kubelens.engine.whole_file import write_whole
from kubelens.engine.workspace import Snapshot
from kubelens.rules.api import Finding

VERSION: Final = 1
Known = Counter[tuple[str, ...]]
"""How many findings of each (file, object, rule, message) are known."""


def write_baseline(path: Path, snapshot: Snapshot, findings: Iterable[Finding]) -> int:
    """Write findings as known; gives how many.

    Raises:
        ConfigError: the file cannot be written, or is there and no baseline.
    """
    counts = Counter(_identity(snapshot, finding) for finding in findings)
    known = [
        {"file": f, "object": o, "rule": r, "message": m, "count": n} for (f, o, r, m), n in sorted(counts.items())
    ]
    if path.is_file() and path.stat().st_size:
        read_baseline(path)  # a file of somebody else's is never written over
    text = json.dumps({"version": VERSION, "known": known}, indent=2, ensure_ascii=False) + "\n"
    try:
        write_whole(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    return sum(counts.values())


def hold_back(path: Path, snapshot: Snapshot, findings: Iterable[Finding]) -> tuple[list[Finding], int]:
    """The findings that are not known, and how many are.

    Raises:
        ConfigError: the file cannot be read.
    """
    return unknown(read_baseline(path), snapshot, findings)


def unknown(
    known: Known, snapshot: Snapshot, findings: Iterable[Finding], below: str = ""
) -> tuple[list[Finding], int]:
    """The findings that are not among the known ones, and how many are; ``below``: the folder files are named from."""
    left = known.copy()
    fresh: list[Finding] = []
    held = 0
    for finding in findings:
        file, *rest = _identity(snapshot, finding)
        identity = (file.removeprefix(below), *rest)
        if left[identity] > 0:
            left[identity] -= 1
            held += 1
        else:
            fresh.append(finding)
    return fresh, held


def _identity(snapshot: Snapshot, finding: Finding) -> tuple[str, ...]:
    """File, object, rule and message: what stays when lines move."""
    owner = ""
    file = snapshot.files.get(finding.at.uri)
    for manifest in file.manifests if file is not None else ():
        if manifest.document.index == finding.at.document:
            for resource in manifest.resources:
                if finding.at.path[: len(resource.place.path)] == resource.place.path:
                    owner = str(resource.key)
    return finding.at.uri, owner, finding.rule, finding.message


def read_baseline(path: Path) -> Known:
    """The findings that a file says are known.

    Raises:
        ConfigError: the file cannot be read.
    """
    known: Known = Counter()
    try:
        document: Any = json.loads(read_regular(path))
        for one in document["known"]:
            known[one["file"], one["object"], one["rule"], one["message"]] += int(one["count"])
    except OSError as error:
        raise ConfigError(f"{path}: the baseline {reason(error)}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"{path}: is no baseline that kubelens wrote: {error}") from None
    return known
