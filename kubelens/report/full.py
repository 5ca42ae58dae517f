"""``full``: every finding with the lines it is about, the other end, what Kubernetes does, and what to write."""

from __future__ import annotations

from collections import Counter
from typing import Final

from kubelens.report.api import SEVERITY_COLOURS, Located, Region, Reporter, Results
from kubelens.report.columns import hanging
from kubelens.report.printable import printable
from kubelens.report.summary import told_at_end
from kubelens.rules.api import Applicability
from kubelens.syntax.pattern import pattern

_GUTTERS: Final = 12
_TAB: Final = "    "
_LEAST_BESIDE: Final = 24
"""Characters behind a caret into which a label is folded; with fewer it goes below."""
_IN_FULL: Final = 3
"""Findings alike that are shown whole before the others are counted."""
_FOLDED: Final = 5
"""The most findings alike that are all shown whole."""
_NAMED: Final = pattern(r"'[^']*'|\"[^\"]*\"|\[\d+\]|\d+")


def render(results: Results) -> str:
    """Findings one after another, each with an excerpt and a caret, then the summary."""
    style = results.style
    painter = _Painter(style.colour, style.width, folded=style.folded)
    out: list[str] = []
    times = Counter(_alike(located) for located in results.findings)
    shown: Counter[tuple[str, str]] = Counter()
    for located in results.findings:
        like = _alike(located)
        shown[like] += 1
        if times[like] > _FOLDED and shown[like] > _IN_FULL:
            continue
        out += painter.finding(located)
        if times[like] > _FOLDED and shown[like] == _IN_FULL:
            out.append(f"   = and {times[like] - _IN_FULL} more like it; --output concise lists them")
        out.append("")
    out.append(told_at_end(results))
    return "\n".join([*out, ""])


def _alike(located: Located) -> tuple[str, str]:
    """What makes findings alike: the rule, and the message but for the names, numbers and texts in it."""
    return located.finding.rule, _NAMED.sub("", located.finding.message)


class _Painter:
    def __init__(self, colour: bool, width: int, *, folded: bool = False) -> None:
        self._colour = colour
        self._width = max(width, 60)
        self._folded = folded
        self._bars = [" " * gutter + self._paint("|", "34") for gutter in range(_GUTTERS)]
        self._arrows = [" " * (gutter - 1) + self._paint("-->", "34") for gutter in range(_GUTTERS)]
        self._excerpts: dict[tuple[int, str, str, str, int], list[str]] = {}
        self._heads: dict[tuple[int, str], str] = {}

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def finding(self, located: Located) -> list[str]:
        finding, region = located.finding, located.region
        named = (int(finding.severity), finding.rule)
        head = self._heads.get(named)
        if head is None:
            head = self._paint(f"{finding.severity}[{finding.rule}]", f"1;{SEVERITY_COLOURS[finding.severity]}")
            self._heads[named] = head
        gutter = _gutter(located)
        message = printable(located.message)
        out = [
            f"{head}: {self._said(message, len(str(finding.severity)) + len(finding.rule) + 4, 2, '1')}",
            f"{self._arrows[gutter]} {printable(region.head)}",
        ]
        if region.source is not None:
            out.append(self._bars[gutter])
            out += self._excerpt(region, "^", finding.label, SEVERITY_COLOURS[finding.severity], gutter)
        for related in located.related:
            out.append(self._bars[gutter])
            out.append(f"{' ' * (gutter - 1)}{self._paint(':::', '34')} {printable(related.region.head)}")
            if related.region.source is not None:
                out.extend(self._excerpt(related.region, "-", related.message, "34", gutter))
            else:
                out.append(f"{self._bars[gutter]} {printable(related.message)}")
        for note in finding.notes:
            out.append(f"{' ' * gutter}{self._paint('=', '34')} {self._said(printable(note), gutter + 2, gutter + 2)}")
        if finding.fix is not None:
            how = ""
            if located.editable:
                safe = finding.fix.applicability is Applicability.SAFE
                how = f"   (kubelens check {'--fix' if safe else '--unsafe-fixes'})"
            out.append(
                f"{' ' * gutter}{self._paint('=', '34')} {self._paint('fix', '32')}: "
                f"{self._said(printable(finding.fix.title) + how, gutter + 7, gutter + 7)}"
            )
        return out

    def _said(self, text: str, used: int, indent: int, code: str = "") -> str:
        """A sentence behind ``used`` characters of its first line; on a terminal folded at words, and set in."""
        parts = [text]
        if self._folded and used + len(text) > self._width:
            folded = hanging("x" * (used - 1) + " " + text, self._width, indent)
            parts = [folded[0][used:], *folded[1:]]
        if not code or not self._colour:
            return "\n".join(parts)
        return "\n".join(self._paint(part, code) for part in parts)

    def _excerpt(self, region: Region, mark: str, label: str, colour: str, gutter: int) -> list[str]:
        wanted = (id(region), mark, label, colour, gutter)
        known = self._excerpts.get(wanted)
        if known is None:
            known = self._excerpts[wanted] = self._made_excerpt(region, mark, label, colour, gutter)
        return known

    def _made_excerpt(self, region: Region, mark: str, label: str, colour: str, gutter: int) -> list[str]:
        source = region.source
        assert source is not None
        line = region.start.line
        text = source.line_text(line)
        end = region.end.column if region.end.line == line else len(text.rstrip())
        shown = _shown(text)
        before = text[: region.start.column]
        length = max(1, end - region.start.column)
        if shown is not text:
            before, length = _shown(before), max(1, len(_shown(text[region.start.column : end])))
        room = self._width - gutter - 4
        cut = 0
        if len(shown) > room and len(before) + min(length, 40) > room:
            cut = max(0, len(before) - room // 3)
            shown, before = "..." + shown[cut + 3 :], before[cut:]
        shown = shown if len(shown) <= room else shown[: room - 3] + "..."
        length = min(length, max(1, room - len(before)))
        number = self._paint(f"{line + 1:>{gutter - 1}} |", "34")
        bar = self._bars[gutter]
        under = self._under(mark * length, printable(label), len(before), room)
        return [f"{number} {shown}".rstrip(), *(f"{bar} {' ' * at}{self._paint(text, colour)}" for at, text in under)]

    def _under(self, marks: str, label: str, column: int, room: int) -> list[tuple[int, str]]:
        """Carets and what is said of them, each line with its column; on a terminal folded within ``room`` characters."""
        begins = column + len(marks) + 1
        if not label or not self._folded or begins + len(label) <= room:
            return [(column, f"{marks} {label}" if label else marks)]
        if room - begins >= _LEAST_BESIDE:
            first, *others = hanging(label, room - begins, 0)
            return [(column, f"{marks} {first}"), *((begins, part) for part in others)]
        at = max(0, room - len(label))
        return [(column, marks), *((at, part) for part in hanging(label, room - at, 0))]


def _gutter(located: Located) -> int:
    """The width of the longest line number, and one more."""
    last = located.region.start.line
    for related in located.related:
        last = max(last, related.region.start.line)
    return len(str(last + 1)) + 1


def _shown(text: str) -> str:
    """A line as a terminal can show it: tabs as spaces, control and break characters visible."""
    if text.isprintable() and "##" not in text:
        return text
    return printable(text.replace("\t", _TAB))


REPORTER = Reporter("full", "each finding with the lines it is about", render)
