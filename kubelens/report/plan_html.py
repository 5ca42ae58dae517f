"""Plans as one self-contained page: an overview, then a section for each apply set, with charts and both graphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.identity import ResourceKey
from kubelens.plan.change import Action
from kubelens.plan.consequence import Consequence
from kubelens.plan.danger import Danger
from kubelens.plan.pictures import Pictures
from kubelens.plan.plan import SetPlan
from kubelens.report.markup import PALETTE, dark_drawing, escape, page
from kubelens.report.plan_sections import Section, names_text
from kubelens.report.plan_told import (
    OpenSets,
    count_text,
    done_text,
    not_whole_text,
    open_sets,
    sections,
    verdict,
)
from kubelens.report.rollout_svg import as_svg
from kubelens.report.topology import svg

_MOST_FIELDS: Final = 20
_MOST_DRAWN: Final = 120
"""Nodes of a graph; a larger one is not drawn."""
_MOST_BESIDE: Final = 3
"""Columns of a graph; a wider one stands above the other, so that both can be read."""
_STYLE: Final = (
    PALETTE
    + """
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 2rem auto;
  max-width: 1000px; padding: 0 1rem; overflow-wrap: break-word; }
a { color: inherit; } h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem;
  border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-weight: 400; }
ul { list-style: none; padding-left: 1.6rem; margin: .2rem 0 .6rem; } code { font: .9em ui-monospace, monospace; }
.sign { font: 1em ui-monospace, monospace; white-space: pre; color: var(--soft); }
.fields, .note, .kind { color: var(--soft); } .fields { overflow-wrap: anywhere; }
.refused, .outage, .data-loss { color: var(--bad); } .exposure, .disruption { color: var(--warn); }
.names { color: var(--soft); margin: 0 0 0 2.4rem; overflow-wrap: anywhere; }
.none, .restart { color: var(--ink); } .object { margin: .4rem 0 0; }
.drawing { background: #fff; color: #1f2933; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; overflow: auto;
  margin: .3rem 0; } figcaption { font-size: .85rem; overflow-wrap: anywhere; }
.drawing svg { max-width: 100%; height: auto; } .pair { display: grid; gap: .8rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 640px), 1fr)); width: min(96vw, 1600px); margin-left: calc(50% - min(48vw, 800px)); }
.pair.wide { grid-template-columns: 1fr; }
summary { cursor: pointer; color: var(--soft); } summary:focus-visible, a:focus-visible { outline: 2px solid currentColor; }
@media print { body { max-width: none; } details > summary { display: none; } details::details-content { content-visibility: visible; } }
"""
    + dark_drawing(".drawing")
)


def plan_html(plans: Sequence[SetPlan]) -> str:
    """The page; it loads nothing from elsewhere and runs nothing."""
    told = sections(plans, _MOST_FIELDS)
    unknown = open_sets(plans, _MOST_FIELDS)
    parts = ["<header><h1>kubelens plan</h1>", f"<p>{escape(verdict(plans))}</p></header>", "<main>"]
    if told:
        parts += ["<table><thead><tr><th>apply set</th><th>objects</th><th>danger</th></tr></thead><tbody>"]
        parts += [
            f'<tr><td><a href="#set-{number}">{escape(one.heading)}</a></td>'
            f"<td>{escape(done_text(one))}</td>"
            f'<td class="{one.plan.danger}">{one.plan.danger}</td></tr>'
            for number, one in sorted(enumerate(told), key=lambda pair: -pair[1].plan.danger)
        ]
        parts.append("</tbody></table>")
    elif not unknown:
        parts.append("<p>Nothing changes for the server.</p>")
    for these in unknown:
        parts += _unknown(these)
    same = [plan.name for plan in plans if not plan.is_told and not plan.is_open]
    if same and told:
        parts.append(
            f"<details><summary>{count_text(len(same), 'set')} without a change</summary>"
            f'<p class="note">{escape(", ".join(same))}</p></details>'
        )
    for number, one in enumerate(told):
        parts += _section(number, one)
    return page("kubelens plan", _STYLE, "\n".join([*parts, "</main>"]))


def _unknown(these: OpenSets) -> Iterator[str]:
    yield f'<p class="note"><strong>{escape(", ".join(these.names))}</strong> {escape(these.why)}</p>'
    if these.files:
        yield "<ul>"
        yield from (f'<li class="fields">{escape(file)}</li>' for file in these.files)
        yield "</ul>"


def _section(number: int, section: Section) -> Iterator[str]:
    plan = section.plan
    yield f'<section id="set-{number}"><h2>{escape(section.heading)}</h2>'
    if len(section.names) > len(names_text(section.names).split(", ")) + 1:
        yield f'<p class="note">{escape(", ".join(section.names))}</p>'
    if section.above:
        yield f'<p class="note">{escape(section.told_above)}</p>'
    if not plan.whole and plan.unrendered is None:
        yield f'<p class="note">{escape(not_whole_text(plan))}</p>'
    for action in (Action.REPLACE, Action.REMOVE, Action.CHANGE, Action.ADD, None):
        for entry in section.entries:
            if entry.action is action:
                sign = f'<span class="sign">{entry.sign:>3}</span> ' if entry.sign else ""
                yield f'<p class="object">{sign}<strong>{escape(entry.heading)}</strong> '
                yield f'<span class="fields">{escape("; ".join(entry.fields))}</span></p>'
                if entry.names:
                    yield f'<p class="names">{escape(entry.names)}</p>'
                yield from _listed(entry.consequences)
    if plan.pictures is not None:
        yield from _drawn(number, plan.pictures)
    yield "</section>"


def _listed(consequences: Sequence[Consequence]) -> Iterator[str]:
    if not consequences:
        return
    yield "<ul>"
    for one in consequences:
        mark = f"<b>{one.danger}</b> " if one.danger > Danger.NONE else ""
        notes = "".join(f'<br><span class="note">{escape(note)}</span>' for note in one.notes)
        yield f'<li class="{one.danger}">{mark}{escape(one.text)} <code class="kind">{escape(one.kind.name)}</code>{notes}</li>'
    yield "</ul>"


def _drawn(number: int, pictures: Pictures) -> Iterator[str]:
    charts: dict[str, list[ResourceKey]] = {}
    for key, prediction in pictures.rollouts:
        charts.setdefault(as_svg(prediction), []).append(key)
    if charts:
        yield f'<details open><summary>Rollouts</summary><div class="{"pair" if len(charts) > 1 else "alone"}">'
        for chart, keys in charts.items():
            whose = f"{keys[0].gvk.kind} {', '.join(key.path for key in keys)}"
            yield f'<figure class="drawing"><figcaption>{escape(whose)}</figcaption>{chart}</figure>'
        yield "</div></details>"
    before, after = pictures.before, pictures.after
    if before != after and max(len(before.nodes), len(after.nodes)) <= _MOST_DRAWN:
        yield "<details open><summary>What leads to what, before and after, around what differs</summary>"
        wide = max(len({node.layer for node in graph.nodes}) for graph in (before, after)) > _MOST_BESIDE
        yield f'<div class="pair{" wide" if wide else ""}">'
        for side, graph in (("before", before), ("after", after)):
            drawing = svg(graph, f"tip-{side}-{number}") if graph.nodes else "<p>none of these objects</p>"
            yield f'<figure class="drawing"><figcaption>{side}</figcaption>{drawing}</figure>'
        yield "</div></details>"
