"""Rules over sets of objects: each judged alone, what they find brought to its origin."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.analysis import Analysis, RuleFailure, analyse
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.memory import Memory
from kubelens.engine.parallel import MOST_TASKS, PARALLEL_FROM, Parallel, even_runs
from kubelens.engine.parsed import Parsed
from kubelens.engine.plugins import Plugins
from kubelens.engine.provenance import brought_home
from kubelens.engine.selection import RuleSet, choose_rules
from kubelens.engine.sets.before import Before
from kubelens.engine.sets.same_objects import (
    NO_MODELS,
    Model,
    analyse_like,
    model_of,
    output_of,
    parsed_again,
    same_as,
)
from kubelens.engine.sets.snapshots import Snapshots
from kubelens.engine.told_once import told_once
from kubelens.engine.workspace import Snapshot
from kubelens.kube.definitions import Elsewhere
from kubelens.rules.api import Facts, Finding

if TYPE_CHECKING:
    from kubelens.engine.cache.tree import KeptTree

_WITHOUT_ANNOTATION: Final = frozenset({"Flux", "chart", "helmfile"})
"""What sets are made from that are applied server-side (kustomize-controller) or by Helm."""
_SHARED_FROM: Final = 4
"""Sets from which on they are shared among processes."""
_Told = tuple[list[Finding], list[tuple[Finding, str]], list[RuleFailure], list[str], list[Finding]]
"""What is found in a set, what is ignored there, which rules fail, which ran, and what they found before anything was silenced."""


class Judging(Struct, frozen=True):
    """How the sets of a run are judged. ``offered``: CustomResourceDefinitions that all clusters have.

    ``elsewhere``: what knows kinds that nothing declares.

    ``parsed``: documents there already, by the id of their source; ``before``: the sets before a change.
    """

    rules: RuleSet
    config: Config
    offered: Sequence[Mapping[str, Any]] = ()
    elsewhere: Elsewhere | None = None
    parsed: dict[int, Parsed] = field(default_factory=dict)
    before: Before | None = None
    running: Sequence[Loaded] = ()
    """What the clusters hold."""
    jobs: int = 1
    trees: Mapping[str, KeptTree] = field(default_factory=dict)
    """What is kept of sets, by name."""

    def judge_all(self, sets: Sequence[tuple[ApplySet, Facts]], plugins: Plugins) -> list[tuple[ApplySet, Analysis]]:
        """What rules find in each of some sets; many are shared among processes, which tell findings alone.

        Sets of one chart are judged one after another, and what one has in common with the last is judged once; so are
        the objects of sets that come to the same text.
        """
        alike = _alike(sets) if self.before is None else [range(n, n + 1) for n in range(len(sets))]
        same = same_as(sets, [_conditions(one) for one, _ in sets]) if self.before is None else {}
        asked = frozenset(same.values())
        first = self._shared([run for run in alike if run.start not in same], sets, plugins, asked=asked)
        models = {number: model_of(sets[number][0], first[number]) for number in asked}
        others = {number: model for number, at in same.items() if (model := models[at]) is not None}
        for number, at in same.items():
            self._parse_as(sets[number][0], models[at], first[at])
        more = self._shared([range(n, n + 1) for n in same], sets, plugins, others)
        return [(one, first.get(number) or more[number]) for number, (one, _) in enumerate(sets)]

    def _parse_as(self, one: ApplySet, model: Model | None, like: Analysis) -> None:
        """Take a set's objects as documents from one whose text is the same, where nobody has parsed them yet."""
        output = output_of(one)
        if model is None or output is None or id(output.source) in self.parsed:
            return
        known = parsed_again(like.snapshot.files[model.uri], output)
        if known is not None:
            self.parsed[id(output.source)] = known

    def _shared(
        self,
        alike: Sequence[range],
        sets: Sequence[tuple[ApplySet, Facts]],
        plugins: Plugins,
        models: Mapping[int, Model] = NO_MODELS,
        asked: Collection[int] = (),
    ) -> dict[int, Analysis]:
        """What rules find in runs of sets that are alike, by number; many are shared among processes.

        ``asked``: the sets of which somebody wants to know what was found before anything was silenced.
        """
        numbers = [number for run in alike for number in run]
        sizes = [sum(len(t.source.text) for t in sets[n][0].texts if t.source is not None) for n in numbers]
        if self.jobs < 2 or len(alike) < _SHARED_FROM or sum(sizes) < PARALLEL_FROM:
            found = [one for run in alike for _, one in self._judged(run, sets, plugins, None, models)]
            return dict(zip(numbers, found, strict=True))
        alone = replace(self, jobs=1)
        by_number = dict(zip(numbers, sizes, strict=True))
        runs = even_runs([sum(by_number[number] for number in run) for run in alike], MOST_TASKS)
        snapshots: dict[int, Snapshot] = {}
        for run in alike:  # here, not in every copy
            snapshots.update(zip(run, self._snapshots(run, sets), strict=True))
        here: dict[int, Analysis] = {}
        process = os.getpid()

        def work(task: int) -> list[_Told]:
            told: list[_Told] = []
            for at in runs[task]:
                judged = alone._judged(alike[at], sets, plugins, snapshots, models)
                for number, (_, analysis) in zip(alike[at], judged, strict=True):
                    if os.getpid() == process:
                        here[number] = analysis
                    told.append(
                        (
                            list(analysis.findings),
                            list(analysis.ignored),
                            list(analysis.failures),
                            sorted(analysis.asked or ()),
                            list(analysis.found) if number in asked else [],
                        )
                    )
            return told

        with Parallel(len(runs), work, list[_Told], jobs=self.jobs) as parallel:
            answers = [one for answer in parallel.answers() for one in answer]
        return {
            number: here.get(number)
            or Analysis(
                snapshots[number], tuple(findings), tuple(ignored), tuple(failures), frozenset(asked), tuple(found)
            )
            for number, (findings, ignored, failures, asked, found) in zip(numbers, answers, strict=True)
        }

    def _judged(
        self,
        run: range,
        sets: Sequence[tuple[ApplySet, Facts]],
        plugins: Plugins,
        snapshots: Mapping[int, Snapshot] | None = None,
        models: Mapping[int, Model] = NO_MODELS,
    ) -> list[tuple[ApplySet, Analysis]]:
        """What rules find in sets that are alike. ``snapshots``: those of all sets, where they are there already.

        ``models``: for sets whose objects were judged in another.
        """
        memory = Memory() if len(run) > 1 else None
        own = iter(self._snapshots(run, sets)) if snapshots is None else (snapshots[number] for number in run)
        return [
            (sets[n][0], self.judge(*sets[n], plugins, snapshot, memory, models.get(n)))
            for n, snapshot in zip(run, own, strict=True)
        ]

    def _snapshots(self, run: range, sets: Sequence[tuple[ApplySet, Facts]]) -> Iterator[Snapshot]:
        """The snapshots of sets that are alike: what several of them hold is read once."""
        one, facts = sets[run[0]]
        made = Snapshots(
            self.config,
            (one.kubernetes_version or (facts.release,))[0],
            one.namespace,
            offered=self.offered,
            parsed=self.parsed,
            running=self.running,
            elsewhere=self.elsewhere,
            rendered=one.chart is not None,
            assumed_release=one.assumed_release,
            noted=self.parsed if self.trees else None,
        )
        for number in run:
            yield made.of(sets[number][0])

    def judge(
        self,
        one: ApplySet,
        facts: Facts,
        plugins: Plugins | None = None,
        snapshot: Snapshot | None = None,
        memory: Memory | None = None,
        model: Model | None = None,
    ) -> Analysis:
        """What rules find in a set, brought to where it was written.

        ``snapshot``: its objects, where they are there already; ``memory``: what was found in the set before it;
        ``model``: what was found in one that has the same objects.
        """
        rules = self.rules
        if one.profile is not None and plugins is not None and one.profile is not self.config.profile:
            rules = choose_rules(replace(self.config, profile=one.profile), plugins.rules())
        release = (one.kubernetes_version or (facts.release,))[0]
        if snapshot is None:
            (snapshot,) = self._snapshots(range(1), [(one, facts)])
        old = self.before.bundle_of(one, self.config, release) if self.before is not None else None
        facts = replace(facts, release=release, old=old, cluster=dict(one.cluster) or facts.cluster)
        facts = replace(
            facts, client_side=facts.client_side and not (one.server_side or one.origin in _WITHOUT_ANNOTATION)
        )
        if not one.whole:
            facts = replace(facts, assume_exists=(("*", "*"),))
        tree = self.trees.get(one.name)
        output = output_of(one) if model is not None else None
        if model is not None and output is not None:
            analysis = analyse_like(model, output.uri, snapshot, rules, facts)
        elif tree is None:
            analysis = analyse(snapshot, rules, facts, memory, jobs=self.jobs)
        else:
            from kubelens.engine.cache.analysis import analyse_kept, keep_judged  # noqa: PLC0415 - only beside a cache

            tree.beside(self.offered)
            if memory is None or tree.is_known:
                analysis = analyse_kept(snapshot, rules, facts, tree, self.parsed, jobs=self.jobs)
            else:
                analysis = analyse(snapshot, rules, facts, memory)
                keep_judged(analysis, facts, tree, self.parsed, memory.files)
        made = {text.uri: text.made for text in one.texts if text.made is not None}
        sources = {text.uri: text.source for text in (*one.texts, *one.said_in) if text.source is not None}
        findings = list(brought_home(analysis.findings, made, sources, snapshot))
        order = {uri: place for place, uri in enumerate(sources)}
        findings.sort(key=lambda finding: _place(finding, order, snapshot))
        ignored = [
            (home, reason)
            for finding, reason in analysis.ignored
            for home in brought_home([finding], made, sources, snapshot)
        ]
        ran = frozenset(rule.name for rule in rules.rules if facts.old is not None or not rule.needs_old)
        return replace(analysis, findings=tuple(findings), ignored=tuple(ignored), asked=ran)


def _alike(sets: Sequence[tuple[ApplySet, Facts]]) -> list[range]:
    """Runs of neighbours that are one chart under the same conditions, but for its values."""
    runs: list[range] = []
    for number, (one, facts) in enumerate(sets):
        last, told = sets[number - 1]
        if (
            number
            and facts is told
            and _conditions(one) == _conditions(last)
            and one.beside != ""
            and one.beside in {last.name, last.beside}
        ):
            runs[-1] = range(runs[-1].start, number + 1)
        else:
            runs.append(range(number, number + 1))
    return runs


def _conditions(one: ApplySet) -> tuple[object, ...]:
    """What findings in a set depend on beside its texts."""
    return (
        one.whole,
        one.chart is None,
        one.guessed,
        one.base,
        one.server_side,
        one.open_values,
        one.origin,
        one.namespace,
        one.kubernetes_version,
        one.cluster,
        one.profile,
    )


def joined(first: Analysis, others: Sequence[tuple[ApplySet, Analysis]]) -> Analysis:
    """Several analyses as one: all texts, all findings, those of sets behind the others, each told once."""
    everything = (first, *(analysis for _, analysis in others))
    return Analysis(
        first.snapshot.beside([one.snapshot for one in everything[1:]]),
        (*first.findings, *told_once(others)),
        tuple(pair for one in everything for pair in one.ignored),
        tuple(failure for one in everything for failure in one.failures),
    )


def _place(finding: Finding, order: Mapping[str, int], snapshot: Snapshot) -> tuple[int, int, int, str]:
    span = finding.span if finding.span is not None else snapshot.locate(finding.at)
    return order.get(finding.at.uri, len(order)), span.start, -finding.severity, finding.rule
