"""A simulation as one self-contained page: Pods on nodes over time, to play, to step through, and to jump in.

What manifests hold is data of the page (JSON in an element that runs nothing), and comes into it as text alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

import msgspec

from kubelens.predict.cluster.seen import Seen
from kubelens.predict.cluster.simulation import Run, Simulation
from kubelens.report.markup import PALETTE, escape, page
from kubelens.report.printable import printable
from kubelens.report.simulation import clock, often, standing, timeline

_MOST_EVENTS: Final = 200
_STYLE: Final = (
    PALETTE
    + """
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 0 auto; max-width: 1200px;
  padding: 0 1rem 3rem; }
h1 { font-size: 1.4rem; margin: 1.2rem 0 .2rem; } h2 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
h3 { font-size: .85rem; margin: 0; overflow-wrap: anywhere; } em { color: var(--warn); font-style: normal; }
.says, .about { color: var(--soft); } .bad, .broken { color: var(--bad); } .good { color: var(--good); }
ul { list-style: none; padding: 0; margin: .2rem 0; }
#controls { position: sticky; top: 0; background: var(--back); padding: .5rem 0; display: flex; flex-wrap: wrap; gap: .4rem;
  align-items: center; border-bottom: 1px solid var(--line); z-index: 1; }
#controls[hidden], [hidden] { display: none; }
#slider { flex: 1 1 16rem; } #now { font: 600 1.1rem ui-monospace, monospace; min-width: 4ch; }
button, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 5px;
  padding: .2rem .6rem; cursor: pointer; } button[aria-pressed=true] { border-color: currentColor; font-weight: 600; }
:focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
#nodes { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .6rem; }
.node { border: 1px solid var(--line); border-radius: 6px; background: var(--card); padding: .4rem .5rem; min-height: 4.2rem; }
.node.lost { border: 2px dashed var(--bad); } .node.absent { opacity: .6; border-style: dotted; }
.bar { margin: .3rem 0; height: 7px; background: var(--line); border-radius: 3px; overflow: hidden; }
.bar i { display: block; height: 3px; margin-bottom: 1px; background: var(--soft); } .bar i.memory { background: var(--warn); }
.pods, #waiting { display: flex; flex-wrap: wrap; gap: 3px; }
.pod { width: 1.15rem; height: 1.15rem; font: 700 .75rem/1.1rem ui-monospace, monospace; text-align: center; border-radius: 3px;
  border: 2px solid var(--good); box-sizing: border-box; } .pod.ready { background: var(--good); }
.pod.running, .pod.bound { border-color: var(--warn); color: var(--warn); } .pod.bound { border-style: dotted; }
.pod.pending, .pod.failed { border-color: var(--bad); color: var(--bad); border-style: dashed; }
.pod.succeeded { border-color: var(--soft); color: var(--soft); }
.pod.going { opacity: .55; border-radius: 50%; border-style: double; } .pod.faded { opacity: .2; }
.pod.picked { outline: 2px solid var(--ink); }
.service { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr 5.5rem; gap: .6rem; align-items: center; margin: .15rem 0; }
.service svg { width: 100%; height: 34px; background: var(--card); border: 1px solid var(--line); border-radius: 4px; cursor: pointer; }
.line { fill: none; stroke: var(--good); stroke-width: 2; vector-effect: non-scaling-stroke; }
.cursor { stroke: var(--ink); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.break { stroke: var(--bad); stroke-width: 2; stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }
.owner { margin: .1rem; font-size: .85rem; padding: .1rem .45rem; } .step { font-weight: 600; } .warning b { color: var(--warn); }
#events { min-height: 6rem; font-size: .9rem; overflow-wrap: anywhere; } pre { overflow: auto; font-size: .8rem; }
figcaption { overflow-wrap: anywhere; font-size: .9rem; } .key { color: var(--soft); font-size: .85rem; }
@media (prefers-reduced-motion: no-preference) { .pod { transition: opacity .2s; } }
@media (max-width: 600px) { .service { grid-template-columns: 1fr 4.5rem; } .service figcaption { grid-column: 1 / -1; } }
"""
)
_CONTROLS: Final = """
<div id="controls" hidden>
<button type="button" id="play">Play</button>
<button type="button" id="back" aria-label="One step back">&#9664;</button>
<button type="button" id="forward" aria-label="One step on">&#9654;</button>
<button type="button" id="event">Next event</button>
<button type="button" id="jump">To the broken promise</button>
<label>Speed <select id="speed"><option value="800">slow</option><option value="300" selected>normal</option>
<option value="80">fast</option></select></label>
<input type="range" id="slider" min="0" value="0" aria-label="Time">
<output id="now" aria-live="off"></output> <span id="counts" aria-live="polite"></span>
</div>
<p class="key">Space plays, &larr; and &rarr; step, n and p go to the next and the last event, b to a broken promise, Home and End.
Filled: ready. &frac12;: not ready. &middot;: starting. ?: without a node. &#10003;: succeeded. !: failed. Round and pale: terminating.
Bars: CPU (above) and memory that Pods ask for.</p>
<section id="waiting-for" hidden><h2>Pods without a node</h2><div id="waiting"></div></section>
<h2>Nodes</h2><div id="nodes"></div>
<section id="services-part"><h2>Ready endpoints</h2><div id="services"></div></section>
<h2>What is told of</h2><ul id="events"></ul>
<h2>Workloads</h2><div id="owners"></div>
"""


def simulation_html(simulation: Simulation) -> str:
    """The page; it loads nothing from elsewhere, and no script runs in it but its own."""
    told = msgspec.json.encode(_told(simulation)).decode()
    for character in "<>&\u2028\u2029":
        told = told.replace(character, f"\\u{ord(character):04x}")
    parts = [
        f"<header><h1>{escape(simulation.scenario.name)}</h1>",
        f'<p class="says">{escape(simulation.scenario.says)}</p></header><main>',
        *_promises(simulation),
        _CONTROLS,
        "<h2>Taken for granted</h2><ul>",
        *(f'<li class="about">{escape(text)}</li>' for text in simulation.assumptions),
        "</ul>",
        f"<details><summary>As text</summary><pre>{escape(chr(10).join(timeline(simulation)))}</pre></details></main>",
        f'<script type="application/json" id="told">{told}</script>',
    ]
    script = files("kubelens.report").joinpath("simulation_page.js").read_text(encoding="utf-8")
    return page(f"{simulation.scenario.name} - kubelens simulate", _STYLE, "\n".join(parts), script)


def _promises(simulation: Simulation) -> Iterator[str]:
    run = simulation.shown
    yield "<ul>"
    for number, verdict in enumerate(run.verdicts):
        how = often(simulation, number)
        if verdict.broken is None:
            yield f'<li><b class="good">holds</b> {escape(verdict.promise + how)}</li>'
        else:
            why = f"{verdict.promise}{how}: at {clock(verdict.broken.second)}, seed {run.seed}: {verdict.broken.why}"
            yield f'<li class="bad"><b>BROKEN</b> {escape(why)}</li>'
    for key, why in run.refused:
        yield f'<li class="bad">refused: {escape(f"{key}: {why}")}</li>'
    for pod, why in run.held[:20]:
        yield f"<li>not evicted: Pod {escape(f'{pod}: {why}')}</li>"
    yield "</ul>"


def _told(simulation: Simulation) -> dict[str, Any]:
    """What the page's script reads: names once, and of each state what has changed of Pods since the one before."""
    run = simulation.shown
    nodes = list(dict.fromkeys(name for seen in run.states for name in seen.data["nodes"]))
    nodes += list(dict.fromkeys(p["node"] for s in run.states for p in s.data["pods"] if p["node"] not in ("", *nodes)))
    owners = list(dict.fromkeys(_owner(p) for seen in run.states for p in seen.data["pods"]))
    services = dict.fromkeys(name for seen in run.states for name in seen.data["services"])
    names: dict[tuple[str, str], int] = {}
    frames = list(_frames(run, {name: n for n, name in enumerate(nodes)}, names))
    owner_of = {(p["namespace"], p["name"]): owners.index(_owner(p)) for s in run.states for p in s.data["pods"]}
    return {
        "nodes": list(map(printable, nodes)),
        "owners": list(map(printable, owners)),
        "pods": [(printable("/".join(key)), owner_of[key]) for key in names],
        "services": {
            printable(name): [seen.data["services"].get(name, {"ready": 0})["ready"] for seen in run.states]
            for name in services
        },
        "promises": [
            {
                "name": printable(v.promise),
                "second": v.broken.second if v.broken is not None else None,
                "why": printable(v.broken.why) if v.broken is not None else "",
            }
            for v in run.verdicts
        ],
        "frames": frames,
    }


def _owner(pod: dict[str, Any]) -> str:
    return str(pod["owner"] or f"{pod['namespace']}/Pod/{pod['name']}")


def _frames(run: Run, nodes: dict[str, int], names: dict[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
    steps: dict[int, list[str]] = {}
    for second, title in run.taken:
        steps.setdefault(second, []).append(printable(title))
    before: dict[int, tuple[Any, ...]] = {}
    for seen in run.states:
        pods: dict[int, tuple[Any, ...]] = {}
        for pod in seen.data["pods"]:
            index = names.setdefault((pod["namespace"], pod["name"]), len(names))
            node = nodes.get(pod["node"], -1)
            pods[index] = (index, node, pod["state"], int(pod["terminating"]), printable(pod["message"]))
        yield {
            "second": seen.second,
            "standing": standing(seen),
            "steps": steps.get(seen.second, []),
            "events": list(_events(seen)),
            "nodes": {nodes[name]: _node(node) for name, node in seen.data["nodes"].items()},
            "pods": [pod for index, pod in pods.items() if before.get(index) != pod],
            "gone": [index for index in before if index not in pods],
        }
        before = pods


def _node(node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "taints": list(map(printable, node["taints"]))}


def _events(seen: Seen) -> Iterator[tuple[bool, str, str, str]]:
    for event in seen.events[:_MOST_EVENTS]:
        yield event.warning, event.reason, printable(str(event.about)), printable(event.message)
