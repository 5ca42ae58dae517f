"""Sets that are kept from change to change: what a changed file is part of is built and judged again, the rest stays.

For programs that stay, such as an editor's: the command line finds, builds and judges all sets of a run once.
"""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from operator import is_not
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.analysis import Analysis
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.discovery import CHART_FILE, chart_folders
from kubelens.engine.config import Config
from kubelens.engine.gitops.helmfile import is_helmfile, sets_of_helmfile
from kubelens.engine.gitops.skaffold import is_skaffold, sets_of_skaffold
from kubelens.engine.loader import MANIFEST_SUFFIXES, Loaded
from kubelens.engine.memory import Memory
from kubelens.engine.plugins import Plugins
from kubelens.engine.sets.analysis import Judging
from kubelens.engine.sets.building import Builder
from kubelens.engine.sets.definitions import offered_by, once_each, texts_with_definitions
from kubelens.engine.sets.discovery import FoundSets, sets_with
from kubelens.engine.sets.disk import Disk
from kubelens.engine.sets.settling import settled
from kubelens.engine.sets.snapshots import Snapshots
from kubelens.engine.told_once import told_once
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.rules.api import Facts, Finding
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.text import Source

_HELMFILE: Final = "helmfile"
"""How the names begin of files that state files usually take in."""
_WORDS: Final = ("argoproj.io/", "toolkit.fluxcd.io/")


class Conditions(Struct, frozen=True):
    """What sets are judged by, beside their texts.

    ``offered``: definitions that clusters have, by their values; ``crds``: texts with such; ``there``: (kind, name) of
    the objects that no set holds.
    """

    judging: Judging
    facts: Facts
    plugins: Plugins
    crds: tuple[Loaded, ...] = ()
    offered: tuple[Mapping[str, Any], ...] = ()
    there: tuple[tuple[str, str], ...] = ()

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.judging.config


class ToldSets(Struct, frozen=True, eq=False):
    """What is known of all sets at one moment.

    ``by_file``: what is found in them, where it was written; ``sources``: the texts that these places are in; ``taken``:
    the files that sets are made from, which are judged as these make them; ``charts``: of each set that is a chart the
    last run that came to something; ``held``: (kind, name) of what sets hold that somebody names.
    """

    sets: tuple[ApplySet, ...] = ()
    by_file: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    charts: Mapping[str, ChartRun] = field(default_factory=dict)
    held: tuple[tuple[str, str], ...] = ()


class _Judged(Struct, frozen=True, eq=False):
    one: ApplySet
    analysis: Analysis


class KeptSets:
    """The sets below one root. ``conditions``: as they are; :meth:`judged_by` changes them."""

    def __init__(self, tree: Disk, conditions: Conditions, addresses: Callable[[], frozenset[str]]) -> None:
        self.tree = tree
        self.texts: dict[str, Loaded] = {}
        self._conditions = conditions
        self._addresses = addresses
        self._builder = Builder(
            tree, namespace=conditions.config.namespace, helm=int(conditions.config.helm_version), crds=conditions.crds
        )
        self._found = FoundSets(self._builder, ())
        self._unfound = True
        self._of_tools: frozenset[str] = frozenset()
        self._snapshots: dict[str, tuple[object, Snapshots]] = {}
        self._memories: dict[str, tuple[object, Memory]] = {}
        self._judged: dict[str, _Judged] = {}
        self._good: dict[str, _Judged] = {}
        self._offered: tuple[tuple[object, ...], list[Mapping[str, Any]]] = ((), [])
        self._last = ""

    @property
    def release(self) -> str:
        """The Kubernetes release that sets are built for."""
        return self._conditions.facts.release

    def judged_by(self, conditions: Conditions) -> None:
        """Judge by other conditions from now on."""
        self._conditions = conditions

    def fill(self, texts: Mapping[str, Loaded]) -> None:
        """Take in all texts of the run, by their path from the root."""
        self.texts = dict(texts)
        for path, one in texts.items():
            if one.source is not None:
                self.tree.sources[path] = one.source
        self._unfound = True

    def changed(self, path: str, loaded: Loaded | None) -> None:
        """A file has another text, or is gone; ``loaded`` may be a text that is no manifest, such as a helper template."""
        before = self.tree.sources.get(path)
        known = path in self.texts
        if loaded is None:
            self.tree.forget(path)
            self.texts.pop(path, None)
        elif loaded.source is not None:
            if before is not None and before.text == loaded.source.text:
                self.tree.sources[path] = loaded.source
                return
            self.tree.forget(path)
            self.tree.sources[path] = loaded.source
            if path.endswith(MANIFEST_SUFFIXES) or is_kustomization_name(path):
                self.texts[path] = loaded
        self._builder.forget({path})
        self._last = path
        came_or_went = known != (path in self.texts)
        texts = [one.text for one in (before, loaded.source if loaded is not None else None) if one is not None]
        if came_or_went or path in self._of_tools or _may_say_sets(path, texts):
            self._unfound = True

    def catch_up(self) -> Iterator[None]:
        """Find, build and judge what is not yet: a step each, the sets of the last changed file first."""
        if self._unfound:
            self._builder.renewed(self.texts.values(), chart_folders(self.texts, self.tree))
            self._found = sets_with(self._builder, self.texts, self._conditions.config, self._addresses)
            self._of_tools, self._unfound = self._read_by_tools(), False
            yield
        for planned in self._found.planned:
            release = (planned.kubernetes_version or (self.release,))[0]
            if not self._builder.is_built(planned, release):
                self._builder.build(planned, release)
                yield
        sets = settled(self._found.built(self.release))
        names = {one.name for one in sets}
        for held in (self._judged, self._good, self._snapshots, self._memories):
            for name in held.keys() - names:
                del held[name]
        offered = self._all_offered(sets)
        for one in sorted(sets, key=self._is_elsewhere):
            if not self._is_judged(one, offered):
                self._judge(one, offered)
                yield

    def _read_by_tools(self) -> frozenset[str]:
        """The files that decide what helmfile and Skaffold apply: environments, bases, other configurations."""
        with self.tree.noting() as read:
            for path in self.texts:
                if is_helmfile(path):
                    deque(sets_of_helmfile(path, self.tree), maxlen=0)
                elif is_skaffold(path):
                    deque(sets_of_skaffold(path, self.tree), maxlen=0)
        return frozenset(read)

    def told(self) -> ToldSets:
        """What is known of the sets now, all of them judged."""
        ordered = [(one.one, self._with_last_good(one)) for one in self._judged.values()]
        by_file: dict[str, list[Finding]] = {}
        for finding in told_once(ordered):
            by_file.setdefault(finding.at.uri, []).append(finding)
        sources: dict[str, Source] = {}
        taken: set[str] = set()
        for one in self._judged.values():
            for text in one.one.texts:
                if text.made is None:
                    if text.source is not None:
                        sources[text.uri] = text.source
                    if not is_kustomization_name(text.uri):
                        taken.add(text.uri)
            sources.update({text.uri: text.source for text in one.one.said_in if text.source is not None})
        charts = {name: run for name, good in self._good.items() if (run := good.one.chart) is not None}
        for name, one in self._judged.items():
            if name not in charts and one.one.chart is not None:
                charts[name] = one.one.chart
        held = tuple(dict.fromkeys(pair for one in self._judged.values() for pair in one.one.objects))
        return ToldSets(
            tuple(one.one for one in self._judged.values()),
            {uri: tuple(found) for uri, found in by_file.items()},
            sources,
            frozenset(taken),
            charts,
            held,
        )

    def _with_last_good(self, judged: _Judged) -> Analysis:
        """What is found in a set; where it cannot be built any more, with what was found in other files before."""
        good = self._good.get(judged.one.name)
        if good is None or good is judged or not judged.one.came_to_nothing:
            return judged.analysis
        now = {text.uri: text.source for text in judged.one.texts}
        same = {
            text.uri
            for text in good.one.texts
            if text.source is not None and (there := now.get(text.uri)) is not None and there.text == text.source.text
        }
        told = {finding.at.uri for finding in judged.analysis.findings}
        earlier = [f for f in good.analysis.findings if f.at.uri in same and f.at.uri not in told]
        kept = [f for f in earlier if all(related.place.uri in same for related in f.related)]
        return replace(judged.analysis, findings=(*judged.analysis.findings, *kept))

    def _is_elsewhere(self, one: ApplySet) -> bool:
        return not (self._last and one.is_made_from({self.tree.shown(self._last)}))

    def _all_offered(self, sets: Sequence[ApplySet]) -> list[Mapping[str, Any]]:
        """The definitions that there are in any set; the same list as long as none changes."""
        these = (*texts_with_definitions(sets), *self._conditions.offered)
        before, known = self._offered
        if not known or len(these) != len(before) or any(map(is_not, these, before)):
            offered = [*self._conditions.judging.offered, *once_each([*self._conditions.offered, *offered_by(sets)])]
            self._offered = these, known if offered == known else offered
        return self._offered[1]

    def _facts(self, one: ApplySet) -> Facts:
        facts = replace(self._conditions.facts, absent=self._found.absent)
        if one.objects:
            facts = replace(facts, assume_exists=(*facts.assume_exists, *self._conditions.there))
        return facts

    def _is_judged(self, one: ApplySet, offered: list[Mapping[str, Any]]) -> bool:
        known = self._judged.get(one.name)
        if known is None:
            return False
        before = known.one
        same = before.texts is one.texts and before.whole == one.whole and _same(before.chart, one.chart)
        memory = self._memories.get(one.name)
        return same and memory is not None and memory[0] == self._slot(one, offered)

    def _slot(self, one: ApplySet, offered: list[Mapping[str, Any]]) -> object:
        """What findings that are remembered rest on beside the texts."""
        said = (one.whole, one.assumed_release, one.server_side, one.open_values)
        return offered, self._facts(one), said, self._conditions.judging.rules

    def _judge(self, one: ApplySet, offered: list[Mapping[str, Any]]) -> None:
        conditions = self._conditions
        release = (one.kubernetes_version or (conditions.facts.release,))[0]
        needs = (offered, release, one.namespace, one.chart is not None, one.assumed_release)
        kept = self._snapshots.get(one.name)
        if kept is None or kept[0] != needs:
            made = Snapshots(
                conditions.config,
                release,
                one.namespace,
                offered=offered,
                running=conditions.judging.running,
                elsewhere=conditions.judging.elsewhere,
                rendered=one.chart is not None,
                assumed_release=one.assumed_release,
            )
            kept = self._snapshots[one.name] = needs, made
        slot = self._slot(one, offered)
        memory = self._memories.get(one.name)
        if memory is None or memory[0] != slot:
            memory = self._memories[one.name] = slot, Memory()
        analysis = conditions.judging.judge(one, self._facts(one), conditions.plugins, kept[1].of(one), memory[1])
        judged = _Judged(one, analysis)
        self._judged[one.name] = judged
        if not one.came_to_nothing:
            self._good[one.name] = judged


def _same(run: ChartRun | None, other: ChartRun | None) -> bool:
    return run.is_same(other) if run is not None else other is None


def _may_say_sets(path: str, texts: Collection[str]) -> bool:
    """Whether a file may say what is applied, or what other sets are made of."""
    name = posixpath.basename(path)
    return (
        name == CHART_FILE
        or is_kustomization_name(path)
        or is_skaffold(path)
        or is_helmfile(path)
        or name.startswith(_HELMFILE)
        or any(word in text for text in texts for word in _WORDS)
    )
