"""Rules over sets of objects that were rendered: each judged alone, what they find brought to its origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from kubelens.engine.analysis import Analysis, analyse
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.reading import ChartFiles
from kubelens.engine.charts.rendering import render_chart
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.provenance import brought_home
from kubelens.engine.selection import RuleSet
from kubelens.engine.told_once import told_once
from kubelens.engine.workspace import Workspace
from kubelens.kube.bundle import Bundle
from kubelens.kube.definitions import Elsewhere
from kubelens.rules.api import Facts, Finding

NOTHING_BEFORE: Final[Mapping[str, ChartFiles]] = {}


def analyse_set(
    apply_set: ApplySet,
    rules: RuleSet,
    facts: Facts,
    config: Config,
    offered: Iterable[Mapping[str, Any]],
    *,
    jobs: int = 1,
    before: Mapping[str, ChartFiles] = NOTHING_BEFORE,
    running: Sequence[Loaded] = (),
    elsewhere: Elsewhere | None = None,
) -> Analysis:
    """What rules find in a set; ``offered``: CustomResourceDefinitions that its cluster has beside its own.

    ``elsewhere``: what knows kinds that neither declares.

    ``before``: charts as they were before a change, by their names. ``running``: what the cluster holds.
    """
    workspace = Workspace(
        release=facts.release,
        namespace=config.namespace,
        offered=offered,
        elsewhere=elsewhere,
        pod_security=config.pod_security,
        chart=apply_set.chart,
        running=[one.uri for one in running],
    )
    workspace.fill([*apply_set.texts, *running])
    snapshot = workspace.snapshot()
    facts = replace(facts, old=_old(apply_set, facts, config, before))
    if not apply_set.whole:
        facts = replace(facts, assume_exists=(("*", "*"),))
    analysis = analyse(snapshot, rules, facts, jobs=jobs)
    made = {one.uri: one.made for one in apply_set.texts if one.made is not None}
    sources = {one.uri: one.source for one in apply_set.texts if one.source is not None}
    findings = list(brought_home(analysis.findings, made, sources, snapshot))
    order = {uri: place for place, uri in enumerate(sources)}
    findings.sort(key=lambda finding: _place(finding, order))
    return replace(analysis, findings=tuple(findings))


def _old(apply_set: ApplySet, facts: Facts, config: Config, before: Mapping[str, ChartFiles]) -> Bundle | None:
    """The objects that the set's chart came to before a change, None where nothing tells."""
    chart = apply_set.chart.chart if apply_set.chart is not None else None
    read = before.get(chart.name) if chart is not None else None
    if read is None:
        return None
    old = render_chart("", read, release=facts.release, namespace=config.namespace, helm=int(config.helm_version))
    if not old.whole:
        return None
    workspace = Workspace(release=facts.release, namespace=config.namespace)
    workspace.fill(old.texts)
    return workspace.snapshot().bundle


def joined(first: Analysis, others: Sequence[tuple[ApplySet, Analysis]]) -> Analysis:
    """Several analyses as one: all texts, all findings, those of sets behind the others, each told once."""
    everything = (first, *(analysis for _, analysis in others))
    return Analysis(
        first.snapshot.beside([one.snapshot for one in everything[1:]]),
        (*first.findings, *told_once(others)),
        tuple(pair for one in everything for pair in one.ignored),
        tuple(failure for one in everything for failure in one.failures),
    )


def _place(finding: Finding, order: Mapping[str, int]) -> tuple[int, int, int, str]:
    start = finding.span.start if finding.span is not None else 0
    return order.get(finding.at.uri, len(order)), start, -finding.severity, finding.rule
