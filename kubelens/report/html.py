"""``html``: findings as one self-contained page, by set and object, with the lines they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.report.api import Located, Region, Reporter, Results
from kubelens.report.by_object import OfObject, OfSets, by_object
from kubelens.report.markup import PALETTE, escape, page
from kubelens.report.printable import shortened
from kubelens.report.summary import plural, summary_line
from kubelens.rules.api import Severity

_MOST_BARS: Final = 12
_MOST_LINKS: Final = 30
_MOST_SHOWN: Final = 2_000
"""Findings that are shown with their lines; the rest is counted."""
_CUT: Final = 200
_LONGEST_NAME: Final = 1_000
"""Characters of a name: it stands in the list and above what is found in the object, and no name of a cluster is as long."""
_STYLE: Final = (
    PALETTE
    + """
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 2rem auto;
  max-width: 1000px; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.4rem 0 .4rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; overflow-wrap: anywhere; } h2 .soft, h3 .soft { font-weight: normal; }
article { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .8rem; margin: .9rem 0; }
article.error { border-color: var(--bad); } article.warning { border-color: var(--warn); }
article p { margin: .1rem 0; } .error b { color: var(--bad); } .warning b { color: var(--warn); }
.soft { color: var(--soft); } code, pre { font: .85rem/1.4 ui-monospace, monospace; }
pre { background: var(--card); padding: .4rem .6rem; margin: .3rem 0; overflow: auto; border-radius: 4px; }
.error .label { color: var(--bad); } .warning .label { color: var(--warn); }
mark { background: none; color: inherit; border-bottom: 2px solid var(--bad); }
.warning mark { border-color: var(--warn); } .info mark { border-color: var(--soft); }
table { border-collapse: collapse; } td { padding: .1rem .6rem .1rem 0; } td.bar { min-width: 12rem; }
.bar i { display: block; height: .8rem; background: var(--soft); border-radius: 2px; }
nav { columns: 2; } nav a { display: block; overflow-wrap: anywhere; } a { color: inherit; }
@media (max-width: 700px) { nav { columns: 1; } }
"""
)


def render(results: Results) -> str:
    """The summary, how often each rule speaks, then every set and in it every object with its findings."""
    groups = by_object(results)
    objects = [one for group in groups for one in group.objects]
    parts = ["<header><h1>kubelens check</h1>", f"<p>{escape(summary_line(results))}</p></header>"]
    parts += _bars(results)
    if len(objects) > 1:
        named = f"{len(objects)} objects{f' in {len(groups)} groups of sets' if len(groups) > 1 else ''}"
        parts.append(f"<details{' open' * (len(objects) <= _MOST_LINKS)}><summary>{named}</summary><nav>")
        parts += [
            f'<a href="#o{number}">{_named(one)} <span class="soft">{len(one.findings)}</span></a>'
            for number, one in enumerate(objects)
        ]
        parts.append("</nav></details>")
    parts.append("<main>")
    parts += _groups(groups)
    parts.append("</main>")
    return page("kubelens check", _STYLE, "\n".join(parts))


def _groups(groups: Sequence[OfSets]) -> Iterator[str]:
    """Each set under its name (where it is the only group and has none, without one), and its objects."""
    room, number = _MOST_SHOWN, 0
    for group in groups:
        yield "<section>"
        if group.title or len(groups) > 1:
            told = escape(shortened(group.title, _LONGEST_NAME) or "in no set")
            yield f'<h2>{told} <span class="soft">{plural(group.count, "finding")}</span></h2>'
        for one in group.objects:
            written = f' <code class="soft">{escape(one.place)}</code>' if one.title else ""
            yield f'<section id="o{number}"><h3>{_named(one)}{written}</h3>'
            for found in one.findings[:room]:
                yield from _finding(found)
            if len(one.findings) > room:
                yield f'<p class="soft">{len(one.findings) - room} more are not shown</p>'
            room = max(0, room - len(one.findings))
            number += 1
            yield "</section>"
        yield "</section>"


def _named(one: OfObject) -> str:
    return escape(shortened(one.title or one.place, _LONGEST_NAME))


def _bars(results: Results) -> Iterator[str]:
    """The rules that speak most, each with a bar as long as its share."""
    counts = Counter(located.finding.rule for located in results.findings)
    if not counts:
        return
    most = max(counts.values())
    yield "<table>"
    for rule, count in counts.most_common(_MOST_BARS):
        bar = f'<td class="bar"><i style="width:{count / most:.0%}"></i></td>'
        yield f'<tr><td><code>{escape(rule)}</code></td><td class="soft">{count}</td>{bar}</tr>'
    yield "</table>"
    if len(counts) > _MOST_BARS:
        yield f'<p class="soft">and {len(counts) - _MOST_BARS} rules more</p>'


def _finding(one: Located) -> Iterator[str]:
    finding = one.finding
    word = "note" if finding.severity is Severity.INFO else str(finding.severity)
    yield f'<article class="{finding.severity}"><p><b>{word}</b> {escape(one.message)} '
    yield f'<code class="soft">{escape(finding.rule)}</code></p>'
    yield f'<p class="soft">{escape(one.region.head)}</p>'
    yield _excerpt(one.region)
    if finding.label:
        yield f'<p class="label">{escape(finding.label)}</p>'
    for related in one.related:
        yield f'<p class="soft">{escape(related.region.head)}: {escape(related.message)}</p>'
    yield from (f'<p class="soft">{escape(note)}</p>' for note in finding.notes)
    if finding.fix is not None:
        yield f"<p>fix: {escape(finding.fix.title)}</p>"
    yield "</article>"


def _excerpt(region: Region) -> str:
    """The line, with the part it is about marked."""
    if region.source is None:
        return ""
    text = region.source.line_text(region.start.line).rstrip("\r\n")
    start = region.start.column
    end = region.end.column if region.end.line == region.start.line else len(text)
    begin = max(0, start - _CUT)
    before, about, after = text[begin:start], text[start : min(end, start + _CUT)], text[end : end + _CUT]
    if not text.strip():
        return ""
    return f"<pre>{escape(before)}<mark>{escape(about) or ' '}</mark>{escape(after)}</pre>"


REPORTER = Reporter("html", "one self-contained page", render)
