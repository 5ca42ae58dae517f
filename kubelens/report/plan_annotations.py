"""Plans where a host shows them beside the lines: annotations of GitHub, Code Quality of GitLab."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any, Final

from msgspec import Struct

from kubelens.plan.consequence import Consequence
from kubelens.plan.danger import Danger
from kubelens.report.json_text import json_text
from kubelens.report.workflow_command import command

_SHOWN_PER_LEVEL: Final = 10
"""GitHub shows no more annotations of a level for each step."""
_SEVERITIES: Final = {
    Danger.REFUSED: "blocker",
    Danger.OUTAGE: "critical",
    Danger.DATA_LOSS: "critical",
    Danger.EXPOSURE: "major",
    Danger.DISRUPTION: "minor",
    Danger.RESTART: "info",
}


class Annotated(Struct, frozen=True):
    """A consequence of a set, with its place: ``uri`` is ``""`` where it has none in the new files, ``line`` 0 for a whole file."""

    set_name: str
    consequence: Consequence
    uri: str = ""
    line: int = 0
    column: int = 0

    @property
    def text(self) -> str:
        """The whole sentence."""
        about = self.consequence.about
        return f"{self.set_name}: {f'{about}: ' if about else ''}{self.consequence.text}"


def plan_github(told: Iterable[Annotated]) -> Iterator[str]:
    """One command for each dangerous consequence, the worst first; what only restarts is left to the comment."""
    shown: Counter[str] = Counter()
    for one in sorted(told, key=lambda one: -one.consequence.danger):
        danger = one.consequence.danger
        if danger >= Danger.DISRUPTION:
            level = "error" if danger >= Danger.DATA_LOSS else "warning"
            shown[level] += 1
            if shown[level] <= _SHOWN_PER_LEVEL:
                yield command(level, one.text, one.uri, one.line, one.column, f"{danger}: {one.consequence.kind.name}")


def plan_gitlab(told: Iterable[Annotated]) -> str:
    """A Code Quality report; what has no place in the new files is left to the comment, as the format needs one."""
    seen: Counter[str] = Counter()
    records: list[dict[str, Any]] = []
    for one in told:
        severity = _SEVERITIES.get(one.consequence.danger)
        if severity is None or not one.uri:
            continue
        text = "\0".join((one.uri, one.consequence.kind.name, one.text))
        seen[text] += 1
        mark = blake2b(f"{text}\0{seen[text]}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        records.append(
            {
                "description": one.text,
                "check_name": f"plan/{one.consequence.kind.name}",
                "fingerprint": mark,
                "severity": severity,
                "location": {"path": one.uri.removeprefix("./"), "lines": {"begin": max(one.line, 1)}},
            }
        )
    return json_text(records) + "\n"
