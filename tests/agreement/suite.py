"""What every agreement suite answers with, and how records are read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

RECORDINGS: Final = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Disagreement:
    """One record on which kubelens and Kubernetes differ."""

    case: str
    what: str
    expected: object
    predicted: object
    reason: str = ""


@dataclass
class SuiteResult:
    """A suite's figures: (agreeing, compared) per figure and per area, and every disagreement."""

    suite: str
    figures: dict[str, tuple[int, int]] = field(default_factory=dict)
    by: dict[str, tuple[int, int]] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)
    apart: dict[str, int] = field(default_factory=dict)
    headline: str = ""

    def count(self, table: str, name: str, agrees: bool) -> None:
        """Count one comparison under ``figures`` or ``by``."""
        counts = self.figures if table == "figures" else self.by
        right, total = counts.get(name, (0, 0))
        counts[name] = (right + agrees, total + 1)

    @property
    def agree(self) -> int:
        """Agreeing records of the headline figure."""
        return self.figures.get(self.headline, (0, 0))[0]

    @property
    def records(self) -> int:
        """Compared records of the headline figure."""
        return self.figures.get(self.headline, (0, 0))[1]

    def as_json(self) -> dict[str, Any]:
        """The form every suite is published in."""
        return {
            "records": self.records,
            "agree": self.agree,
            "rate": rate(self.agree, self.records),
            "figures": {name: rate(*pair) for name, pair in self.figures.items()},
            "by": {name: list(pair) for name, pair in self.by.items()},
        }


def rate(right: int, total: int) -> float:
    """The share ``right / total``, 1.0 of nothing."""
    return round(right / total, 6) if total else 1.0


def module_name(suite: str) -> str:
    """The module of a suite: its name with underscores."""
    return suite.replace("-", "_")


def read_records(path: Path, *stems: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Records of JSON Lines files (plain or gzip) as (file stem, record), sorted by file.

    ``path`` is a folder or one file; ``stems`` keeps files whose name starts with one of them.
    """
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    for file in files:
        if not file.name.endswith((".jsonl", ".jsonl.gz")):
            continue
        stem = file.name.removesuffix(".gz").removesuffix(".jsonl")
        if stems and not stem.startswith(stems):
            continue
        opener = gzip.open if file.suffix == ".gz" else open
        with opener(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield stem, json.loads(line)
