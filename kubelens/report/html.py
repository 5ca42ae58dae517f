"""``html``: findings as one self-contained page, by file and object, with the lines they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from kubelens.report.api import Located, Region, Reporter, Results
from kubelens.report.markup import PALETTE, escape, page
from kubelens.report.summary import summary_line
from kubelens.rules.api import Severity

_MOST_BARS: Final = 12
_MOST_LINKS: Final = 30
_MOST_SHOWN: Final = 2_000
"""Findings that are shown with their lines; the rest is counted."""
_CUT: Final = 200
_STYLE: Final = (
    PALETTE
    + """
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 2rem auto;
  max-width: 1000px; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.05rem; margin: 2.2rem 0 .4rem; overflow-wrap: anywhere; }
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
    """The summary, how often each rule speaks, then every file with its findings."""
    groups = list(results.by_file())
    parts = ["<header><h1>kubelens check</h1>", f"<p>{escape(summary_line(results))}</p></header>"]
    parts += _bars(results)
    if len(groups) > 1:
        parts.append(f"<details{' open' * (len(groups) <= _MOST_LINKS)}><summary>{len(groups)} files</summary><nav>")
        parts += [
            f'<a href="#f{number}">{escape(uri)} <span class="soft">{len(findings)}</span></a>'
            for number, (uri, findings) in enumerate(groups)
        ]
        parts.append("</nav></details>")
    parts.append("<main>")
    room = _MOST_SHOWN
    for number, (uri, findings) in enumerate(groups):
        parts.append(f'<section id="f{number}"><h2>{escape(uri)}</h2>')
        for one in findings[:room]:
            parts += _finding(one)
        if len(findings) > room:
            parts.append(f'<p class="soft">{len(findings) - room} more are not shown</p>')
        room = max(0, room - len(findings))
        parts.append("</section>")
    parts.append("</main>")
    return page("kubelens check", _STYLE, "\n".join(parts))


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
