"""The graph of a bundle as Mermaid, Graphviz and SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelens.predict.network.topology import Graph, Node
from kubelens.report.markup import escape
from kubelens.report.printable import printable

_WIDTH: Final = 230
_HEIGHT: Final = 44
_GAP_X: Final = 90
_GAP_Y: Final = 18
_COLOURS: Final[Mapping[int, str]] = {0: "#dbeafe", 1: "#e0e7ff", 2: "#dcfce7", 3: "#fef9c3", 4: "#f3e8ff"}


def mermaid(graph: Graph) -> str:
    """A flowchart; objects that are only referred to have a dashed border."""
    names = _names(graph)
    lines = ["flowchart LR"]
    for node in graph.nodes:
        lines.append(f'  {names[node]}["{_plain(node.kind)}<br/>{_plain(node.name)}"]')
        if not node.present:
            lines.append(f"  style {names[node]} stroke-dasharray: 4")
    for edge in graph.edges:
        label = f'|"{_plain(edge.label)}"|' if edge.label else ""
        lines.append(f"  {names[edge.source]} -->{label} {names[edge.target]}")
    return "\n".join(lines)


def dot(graph: Graph) -> str:
    """A digraph for Graphviz."""
    names = _names(graph)
    lines = ["digraph kubelens {", "  rankdir=LR;", "  node [shape=box];"]
    for node in graph.nodes:
        style = "" if node.present else ", style=dashed"
        lines.append(f'  {names[node]} [label="{_quoted(node.kind)}\\n{_quoted(node.name)}"{style}];')
    for edge in graph.edges:
        label = f' [label="{_quoted(edge.label)}"]' if edge.label else ""
        lines.append(f"  {names[edge.source]} -> {names[edge.target]}{label};")
    return "\n".join([*lines, "}"])


def svg(graph: Graph, tip: str = "tip", addresses: Mapping[Node, str] | None = None) -> str:
    """A drawing with one column for each layer, outermost on the left.

    ``tip``: the id of its arrowhead, another for each drawing of a page; ``addresses``: what a page says where nodes
    stand. Namespaces are told where there are several.
    """
    numbers = {node: number for number, node in enumerate(graph.nodes)}
    several = len({node.namespace for node in graph.nodes} - {""}) > 1
    layers = sorted({node.layer for node in graph.nodes})
    places: dict[Node, tuple[int, int]] = {}
    tallest = 0
    for column, layer in enumerate(layers):
        for row, node in enumerate(n for n in graph.nodes if n.layer == layer):
            places[node] = (20 + column * (_WIDTH + _GAP_X), 20 + row * (_HEIGHT + _GAP_Y))
            tallest = max(tallest, row + 1)
    width = 40 + max(len(layers), 1) * (_WIDTH + _GAP_X) - _GAP_X
    height = 40 + tallest * (_HEIGHT + _GAP_Y)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<defs><marker id="{tip}" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#64748b"/></marker></defs>',
    ]
    for edge in graph.edges:
        (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
        start, end = (x1 + _WIDTH, y1 + _HEIGHT // 2), (x2, y2 + _HEIGHT // 2)
        ends = f'data-from="{numbers[edge.source]}" data-to="{numbers[edge.target]}"'
        bend = _GAP_X // 2 if x2 > x1 else _GAP_X
        parts.append(
            f'<path {ends} d="M{start[0]},{start[1]} C{start[0] + bend},{start[1]} {end[0] - bend},{end[1]} {end[0]},{end[1]}" '
            f'fill="none" stroke="#64748b" marker-end="url(#{tip})"><title>{escape(edge.source.title)} to '
            f"{escape(edge.target.title)} {escape(edge.label)}</title></path>"
        )
        if edge.label:
            parts.append(
                f'<text {ends} x="{start[0] + 6}" y="{start[1] - 4}" fill="#334155">{escape(edge.label)}</text>'
            )
    for node, (x, y) in places.items():
        dash = "" if node.present else ' stroke-dasharray="4"'
        at = f' data-place="{escape(addresses[node])}"' if addresses and node in addresses else ""
        name = f"{node.namespace}/{node.name}" if several and node.namespace else node.name
        parts.append(
            f'<g data-node="{numbers[node]}" data-title="{escape(node.title)}"{at}><title>{escape(node.title)}</title><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6" '
            f'fill="{_COLOURS.get(node.layer, "#fff")}" stroke="#475569"{dash}/>'
            f'<text x="{x + 10}" y="{y + 17}" fill="#475569">{escape(node.kind)}</text>'
            f'<text x="{x + 10}" y="{y + 34}" font-weight="bold">{escape(_short(name))}</text></g>'
        )
    return "\n".join([*parts, "</svg>"])


FORMATS: Final = {"mermaid": mermaid, "dot": dot, "svg": svg}


def _names(graph: Graph) -> dict[Node, str]:
    return {node: f"n{number}" for number, node in enumerate(graph.nodes)}


def _plain(text: str) -> str:
    return escape(text.replace("#", "#35;")).replace("&quot;", "#quot;")


def _quoted(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')


def _short(name: str) -> str:
    return name if len(name) <= 28 else name[:27] + "\u2026"
