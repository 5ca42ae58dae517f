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
_NO_SET: Final = "."
_SEVERITIES: Final = {
    Danger.REFUSED: "blocker",
    Danger.OUTAGE: "critical",
    Danger.DATA_LOSS: "critical",
    Danger.EXPOSURE: "major",
    Danger.DISRUPTION: "minor",
    Danger.RESTART: "info",
}


class Annotated(Struct, frozen=True):
    """A consequence of a set, with its place: ``uri`` is ``""`` where it has none, ``line`` 0 for a whole file.

    ``gone``: the file as it was before the change.
    """

    set_name: str
    consequence: Consequence
    uri: str = ""
    line: int = 0
    column: int = 0
    gone: bool = False

    @property
    def text(self) -> str:
        """The whole sentence; what belongs to no set is told without one."""
        about = self.consequence.about
        of = f"{self.set_name}: " if self.set_name != _NO_SET else ""
        return f"{of}{f'{about}: ' if about else ''}{self.consequence.text}"


def plan_github(told: Iterable[Annotated]) -> Iterator[str]:
    """One command for each dangerous consequence, the worst first; what only restarts is left to the comment.

    Where there are more than the host shows, the last one says how many of what are left out.
    """
    levels: dict[str, list[Annotated]] = {"error": [], "warning": []}
    for one in sorted(told, key=lambda one: -one.consequence.danger):
        if one.consequence.danger >= Danger.DISRUPTION:
            levels["error" if one.consequence.danger >= Danger.DATA_LOSS else "warning"].append(one)
    for level, found in levels.items():
        shown = found if len(found) <= _SHOWN_PER_LEVEL else found[: _SHOWN_PER_LEVEL - 1]
        for one in shown:
            text = "; ".join((one.text, *one.consequence.notes))
            at = ("", 0, 0) if one.gone else (one.uri, one.line, one.column)
            yield command(level, text, *at, f"{one.consequence.danger}: {one.consequence.kind.name}")
        if left := found[len(shown) :]:
            kinds = Counter(f"{one.consequence.danger}: {one.consequence.kind.name}" for one in left)
            counts = ", ".join(f"{number} x {kind}" for kind, number in kinds.items())
            yield command(level, counts, title=f"and {len(left)} more")


def plan_gitlab(told: Iterable[Annotated]) -> str:
    """A Code Quality report; what has no place is left to the comment, as the format needs one.

    What is removed stands at the top of the file that held it.
    """
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
                "location": {
                    "path": one.uri.removeprefix("./"),
                    "lines": {"begin": 1 if one.gone else max(one.line, 1)},
                },
            }
        )
    return json_text(records) + "\n"
