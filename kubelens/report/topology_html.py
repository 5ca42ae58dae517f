"""The graph of a bundle as one self-contained page: to search, to zoom and, in an editor, to open objects from."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from kubelens.predict.network.topology import Graph, Node
from kubelens.report.markup import PALETTE, dark_drawing, page
from kubelens.report.topology import svg

_STYLE: Final = (
    PALETTE
    + """
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; background: var(--back); color: var(--ink); height: 100vh;
  display: flex; flex-direction: column; }
h1 { font-size: 1.15rem; margin: .8rem 1rem 0; } p { margin: .2rem 1rem; color: var(--soft); }
#controls { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; padding: .4rem 1rem;
  border-bottom: 1px solid var(--line); }
#controls[hidden], [hidden] { display: none; }
input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 5px;
  padding: .2rem .6rem; } input { flex: 1 1 12rem; max-width: 26rem; } button { cursor: pointer; min-width: 2.1rem; }
:focus-visible { outline: 2px solid var(--good); outline-offset: 1px; }
#count, #scale, #opens { color: var(--soft); } #scale { min-width: 4ch; text-align: right; }
#frame { flex: 1; overflow: auto; cursor: grab; touch-action: pan-x pan-y; } #frame:active { cursor: grabbing; }
g[data-node] { cursor: pointer; } g[data-node]:focus { outline: none; } g[data-node]:focus-visible rect { stroke-width: 3; }
.faded { opacity: .15; } .found rect { stroke: #b45309; stroke-width: 2.5; } .chosen rect { stroke: #1d4ed8; stroke-width: 3; }
svg { user-select: none; display: block; }
"""
    + dark_drawing("svg")
)
_CONTROLS: Final = """<div id="controls" hidden>
<input type="search" id="search" placeholder="Search kind, namespace or name" aria-label="Search" autocomplete="off">
<span id="count" aria-live="polite"></span>
<button type="button" id="out" aria-label="Smaller">&minus;</button>
<span id="scale"></span>
<button type="button" id="in" aria-label="Larger">+</button>
<button type="button" id="fit">Fit the width</button>
<button type="button" id="whole">100 %</button>
<span id="opens" hidden>A click shows what an object is linked to, a double click opens it</span>
</div>"""


def topology_html(graph: Graph, addresses: Mapping[Node, str] | None = None) -> str:
    """The page; it loads nothing, and no script runs in it but its own. ``addresses``: where an editor opens nodes."""
    script = files("kubelens.report").joinpath("topology_page.js").read_text(encoding="utf-8")
    counted = f"{len(graph.nodes)} objects, {len(graph.edges)} links; dashed: referred to, not among the manifests"
    drawn = f'<main id="frame">\n{svg(graph, addresses=addresses)}\n</main>'
    return page("Topology", _STYLE, f"<h1>Topology</h1><p>{counted}</p>{_CONTROLS}{drawn}", script)
