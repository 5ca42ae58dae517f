"""Rollouts as one self-contained page: the chart, what it comes to, and every step as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.predict.api import Prediction
from kubelens.predict.controllers.rollout.rollout import Rollout
from kubelens.report.markup import PALETTE, dark_drawing, escape, page
from kubelens.report.rollout import PARTS, Written, rows_of, summary, unsaid
from kubelens.report.rollout_svg import as_svg

_STYLE: Final = (
    PALETTE
    + """
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 2rem auto; max-width: 800px; padding: 0 1rem; }
section { margin-bottom: 3rem; } svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; } th { vertical-align: bottom; font-size: .85em; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); vertical-align: bottom; } td:last-child { white-space: nowrap; }
dt { float: left; width: 9rem; color: var(--soft); } dd { margin-left: 9rem; }
.at { color: var(--soft); font: .85rem ui-monospace, monospace; overflow-wrap: anywhere; }
.stuck { color: var(--bad); } ul { padding-left: 1.2rem; color: var(--soft); } details { margin-top: 1rem; }
"""
    + dark_drawing("svg")
)


def as_html(rollouts: Sequence[tuple[Prediction[Rollout], Written]]) -> str:
    """The page; it loads nothing from elsewhere."""
    body = "\n".join(_section(*one) for one in rollouts)
    return page("Rollout", _STYLE, body)


def _section(prediction: Prediction[Rollout], written: Written) -> str:
    rollout = prediction.answer
    parts = ["<section>", as_svg(prediction)]
    if written.place:
        parts.append(f'<p class="at">{escape(written.place)}</p>')
    lines = summary(prediction, written)
    if lines:
        parts.append("<dl>")
        for line in lines:
            term, _, text = line.partition("  ")
            mark = ' class="stuck"' if term == "stuck" else ""
            parts.append(f"<dt>{escape(term)}</dt><dd{mark}>{escape(text.strip())}</dd>")
        parts.append("</dl>")
    notes = unsaid(prediction, written) + [f"assumed: {a.text}" for a in prediction.assumptions]
    if notes:
        parts.append("<ul>" + "".join(f"<li>{escape(note)}</li>" for note in notes) + "</ul>")
    rows = rows_of(rollout)
    if rows:
        parts.append(_table(rollout))
    parts.append("</section>")
    return "\n".join(parts)


def _table(rollout: Rollout) -> str:
    head = "".join(f"<th>{name}</th>" for name, _, _ in PARTS)
    rows = "\n".join(
        f"<tr><td>{row.tick}</td>"
        + "".join(f"<td>{n or ''}</td>" for n in row.pods)
        + f"<td>{row.ready}</td><td>{escape(row.note)}</td></tr>"
        for row in rows_of(rollout)
    )
    return (
        '<details open><summary>Every step</summary>\n<div class="wide"><table>\n'
        f"<thead><tr><th>step</th>{head}<th>ready</th><th>takes</th></tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div></details>"
    )
