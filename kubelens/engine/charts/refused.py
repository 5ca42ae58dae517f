"""Whether Helm itself refuses a chart that is not rendered here: with the same values, and whatever the cluster has."""

from __future__ import annotations

from typing import Final

from kubelens.engine.charts.rendering import GIVEN
from kubelens.engine.refusal import Refusal, is_ours, refusal_at
from kubelens.engine.sets.planned import PlannedSet
from kubelens.engine.sets.tree import Tree
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.schema import check_schema
from kubelens.render.chart.values import load_values, merge_maps
from kubelens.render.origin import Sourced, written_at
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source, Span

HELM: Final = "Helm"
_VALUES: Final = "values.yaml"
_ABSENT: Final = "missing propert"
"""What the schema has against values that are not there: ``missing property 'a'``, ``missing properties 'a', 'b'``."""
_ELSEWHERE: Final = (
    "missing in charts/ directory",  # helm dependency build fetches them
    "chart requires kubeVersion",  # for which Kubernetes it is rendered is taken to be so
    "no such file or directory",  # what names the file is told beside it
    "release name check failed",
)
_OF_CLUSTERS: Final = pattern(rb"\blookup\b|\.Capabilities\b")
"""What templates ask the cluster."""


def refusal_of(run: ChartRun, planned: PlannedSet, tree: Tree) -> Refusal | None:
    """What Helm refuses; None where it is not known to: something is fetched first, or given by whoever installs it."""
    fault = run.fault
    if fault is None or is_ours(fault.message) or any(words in fault.message for words in _ELSEWHERE):
        return None
    if planned.guessed and fault.message.startswith("library charts are not"):
        return None
    if fault.by_schema:
        absent, source, span = _of_schema(run, tree)
        if absent and (planned.guessed or planned.lacks):
            return None
        return None if planned.lacks else refusal_at(HELM, fault.message, source, span, of_values=True)
    if fault.of_values and (planned.lacks or _asks_the_cluster(run)):
        return None
    if planned.guessed and fault.asks:
        return None
    if run.fails_by_undecided:
        return None
    source, span = _place(run, fault, tree)
    return refusal_at(HELM, fault.message, source, span, of_values=fault.of_values)


def _asks_the_cluster(run: ChartRun) -> bool:
    return any(_OF_CLUSTERS.search(data) for name, data in run.files.items() if "templates/" in name)


def _source(run: ChartRun, file: str, tree: Tree) -> Source | None:
    """The text of a file that is named in the chart, or from the root."""
    if file.startswith(GIVEN):
        return tree.sources.get(file.removeprefix(GIVEN))
    return run.source(file)


def _place(run: ChartRun, fault: ChartFault, tree: Tree) -> tuple[Source | None, Span | None]:
    for origin in fault.origins:
        if (source := _source(run, origin.file, tree)) is not None:
            return source, Span(origin.start, origin.end)
    source = _source(run, fault.file, tree)
    if source is None:
        return run.source("Chart.yaml"), None
    return source, source.line_span(fault.line)


def _of_schema(run: ChartRun, tree: Tree) -> tuple[bool, Source | None, Span | None]:
    """Whether the first that the schema is against is no more than absent; where what it is against was written."""
    own, schema = run.source(_VALUES), run.files.get("values.schema.json")
    beside = own if own is not None else run.source("Chart.yaml")
    try:
        values = load_values(own.text, _VALUES) if own is not None else Sourced()
    except ChartFault:
        return False, beside, None
    if isinstance(run.given, Sourced) and run.given:
        values = merge_maps(values, run.given)
    complaints = check_schema(schema, values)[0] if schema is not None else ()
    leaves = [leaf for one in complaints for leaf in one.leaves()]
    if not leaves:  # of a chart below it
        return _ABSENT in (run.fault.message if run.fault is not None else ""), beside, None
    first = next((one for one in leaves if _ABSENT not in one.message), leaves[0])
    origin = written_at(values, first.path)
    if origin is None:
        origin = next(iter(values.key_origins.values()), None)
    source = _source(run, origin.file, tree) if origin is not None else None
    if origin is None or source is None:
        return _ABSENT in first.message, beside, None
    return _ABSENT in first.message, source, Span(origin.start, origin.end)
