"""Running rules over a snapshot: dispatch by type, suppressions, and what is remembered between runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.foreign import look_through
from kubelens.engine.memory import WHOLE, Memory, Subject, uri_of
from kubelens.engine.mentions import Mentions, Words
from kubelens.engine.most_findings import bounded
from kubelens.engine.order import merged, sort_findings, sort_for_good
from kubelens.engine.parallel import MOST_TASKS, PARALLEL_FROM, Parallel, even_runs
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.selection import RuleSet
from kubelens.engine.silencing import Silencing
from kubelens.engine.workspace import Snapshot
from kubelens.kube.bundle import Bundle
from kubelens.kube.manifest import Manifest
from kubelens.kube.reads import Read
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS, PodContainer, Workload, read_workload, workloads
from kubelens.predict.api import Oracle
from kubelens.rules.api import Context, Facts, Finding, Rule
from kubelens.rules.subjects import ChartRun, ScenarioRun, Text

UNUSED: Final = "unused-suppression"
PROJECT: Final = "kubelens"


class RuleFailure(Struct, frozen=True):
    """A rule that raised: a defect of the rule, named and survived."""

    rule: str
    distribution: str
    about: str
    message: str

    others: int = 0
    """On how many more subjects it fails in the same way."""

    def __str__(self) -> str:
        more = f" and {self.others} more" if self.others else ""
        return f"rule {self.rule!r} (from {self.distribution}) fails on {self.about}{more}: {self.message}"


def grouped(failures: Iterable[RuleFailure]) -> tuple[RuleFailure, ...]:
    """One failure for each rule and message, with the first subject named and the others counted."""
    found: dict[tuple[str, str], RuleFailure] = {}
    for failure in dict.fromkeys(failures):
        key = (failure.rule, failure.message)
        first = found.get(key)
        found[key] = failure if first is None else replace(first, others=first.others + 1)
    return tuple(found.values())


_Share = tuple[list[Finding], list[Finding], list[RuleFailure]]
"""What the rules find in some files, in order; what they find elsewhere; which of them failed."""


class Analysis(Struct, frozen=True):
    """A snapshot, what the rules found in it, and what was ignored on purpose."""

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    ignored: tuple[tuple[Finding, str], ...] = ()
    """(finding, reason given)."""
    failures: tuple[RuleFailure, ...] = ()
    asked: frozenset[str] | None = None
    """The rules that ran, by name, where it matters that others did not; None where nobody needs to know."""
    found: tuple[Finding, ...] = ()
    """What the rules found before anything was silenced, in no order."""


def analyse(
    snapshot: Snapshot,
    rules: RuleSet,
    facts: Facts,
    memory: Memory | None = None,
    only: Collection[str] | None = None,
    jobs: int = 1,
) -> Analysis:
    """Run rules over a snapshot. Findings come in the order of the texts.

    With a ``memory`` the findings of rules that looked at nothing but an unchanged object are taken from it.
    With ``only`` the answer holds the findings in those texts, judged by all of them. ``jobs``: how many
    processes may share the work (without a memory only: what a copy remembers is lost with it).
    """
    if memory is not None:
        memory.catch_up(snapshot)
    return Looking(snapshot, rules, facts, memory, only).result(jobs)


class Looking:
    """Rules on their way through one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        rules: RuleSet,
        facts: Facts,
        memory: Memory | None = None,
        only: Collection[str] | None = None,
        *,
        noted: bool = False,
    ) -> None:
        """``noted``: whether somebody wants to know what answers rest on, though nothing is remembered."""
        self.snapshot = snapshot
        self.only = only
        self.files = [f for uri, f in snapshot.files.items() if only is None or uri in only]
        self.rules = rules
        self.facts = facts
        self.tracked = memory is not None
        self.memory = memory if memory is not None else Memory()
        self.failures: list[RuleFailure] = []
        self.bundle = snapshot.bundle
        oracle = Oracle(snapshot.bundle, self.memory.answers if self.tracked or noted else None)
        self.contexts = {
            rule.name: Context(
                rule, rules.severities[rule.name], rules.options[rule.name], snapshot.bundle, oracle, facts
            )
            for rule in rules.rules
        }
        self.by_kind: dict[str, list[Rule[Any]]] = {}
        self.by_type: dict[type[Any], list[Rule[Any]]] = {}
        alone = facts.old is None and not any(resource.standing for resource in self.bundle)
        for rule in rules.rules:
            if rule.needs_old and alone:
                continue
            if isinstance(rule.on, tuple):
                for kind in rule.on:
                    self.by_kind.setdefault(kind, []).append(rule)
            else:
                self.by_type.setdefault(rule.on, []).append(rule)
        self.untroubled = {kind: [r for r in some if not r.on_trouble] for kind, some in self.by_type.items()}
        self.mentions = Mentions(self.by_kind, self.by_type)

    def result(self, jobs: int) -> Analysis:
        """What is found, by up to ``jobs`` processes."""
        in_order, others = ([], [*self._by_file(), *self.wide()]) if self.tracked else self.shared(jobs)
        if self.only is not None:
            in_order = [f for f in in_order if f.at.uri in self.only]
            others = [f for f in others if f.at.uri in self.only]
        found = (*in_order, *others)
        silencing = Silencing(self.snapshot, self.files, self.rules, self.memory)
        kept, ignored = silencing.split(in_order)
        more, ignored_too = silencing.split(others)
        if UNUSED in self.contexts:
            rule = self.contexts[UNUSED].rule
            for subject in silencing.unused():
                more.extend(self._check(rule, subject, subject.place.uri))
        findings = merged(self.snapshot.files, kept, more, self.snapshot.locate)
        told, silent = tuple(bounded(findings)), (*ignored, *ignored_too)
        return Analysis(self.snapshot, told, silent, tuple(self.failures), found=found)

    def wide(self) -> list[Finding]:
        """What the rules find that look at all objects together."""
        found: list[Finding] = []
        for rule in self.by_type.get(Bundle, ()):
            if rule.kinds and not any(self.bundle.all(kind) for kind in rule.kinds):
                continue
            found.extend(self._remembered(rule, self.snapshot.bundle, WHOLE, {}, "the bundle"))
        chart = self.snapshot.chart
        if chart is not None:
            for rule in self.by_type.get(ChartRun, ()):
                found.extend(self._check(rule, chart, f"chart {chart.folder.rstrip('/') or '.'}"))
        for scenario in self.snapshot.scenarios:
            for rule in self.by_type.get(ScenarioRun, ()):
                found.extend(self._check(rule, scenario, f"scenario {scenario.uri}"))
        return found

    def _by_file(self) -> list[Finding]:
        found: list[Finding] = []
        for file in self.files:
            known = self.memory.files.get(file.uri)
            if known is None:
                known = self.memory.files[file.uri] = tuple(self.found_in(file))
            found.extend(known)
        return found

    def shared(self, jobs: int) -> tuple[list[Finding], list[Finding]]:
        """What the rules find, the files shared out in runs of neighbours of about the same length.

        Findings in the order of the texts, and those that stand in another file than what they are about.
        """
        runs = self.runs(self.files, jobs)
        locate = self.snapshot.locate
        sort = sort_findings if len(runs) == 1 else sort_for_good

        def look(number: int) -> _Share:
            before, self.failures = self.failures, []
            in_order: list[Finding] = []
            elsewhere: list[Finding] = []
            for index in runs[number]:
                file = self.files[index]
                found = self.found_in(file)
                own = [finding for finding in found if finding.at.uri == file.uri]
                if len(own) < len(found):
                    elsewhere += [finding for finding in found if finding.at.uri != file.uri]
                sort(own, locate)
                in_order += own
            failures, self.failures = self.failures, before
            return in_order, elsewhere, failures

        in_order: list[Finding] = []
        others: list[Finding] = []
        with Parallel(len(runs), look, _Share, jobs=jobs) as parallel:
            answers = parallel.answers(lambda: others.extend(self.wide()))
        for own, elsewhere, failures in answers:
            in_order += own
            others += elsewhere
            self.failures.extend(failures)
        return in_order, others

    def runs(self, files: Sequence[ParsedFile], jobs: int) -> list[range]:
        """Files as runs of neighbours to be shared out, made ready for that; one run where it does not pay."""
        sizes = [len(file.source.text) if file.source is not None else 0 for file in files]
        runs = even_runs(sizes, MOST_TASKS if jobs > 1 and sum(sizes) >= PARALLEL_FROM else 1)
        if len(runs) > 1 and Workload in self.by_type:
            workloads(self.bundle)  # read here, once, and not in every copy
        return runs

    def found_in(self, file: ParsedFile) -> list[Finding]:
        """What rules find about a text, its documents and the objects in it."""
        found: list[Finding] = []
        look = self._remembered_about if self.tracked else self._about
        if file.source is not None or Text in self.by_type:
            look(file, Text(file.uri, file.source, file.problems, file.status.value, file.reason), Text, found)
        for manifest in file.manifests:
            look(manifest, manifest, Manifest, found)
            words: Words | None = None
            for resource in manifest.resources:
                if words is None and resource.kind in WORKLOAD_KINDS:
                    document = manifest.document
                    words = self.mentions.words(document.source.text[document.start : document.end])
                if self.tracked:
                    found.extend(self._remembered_of(resource, words))
                else:
                    self._look_at(resource, words, found)
        return found

    def _look_at(self, resource: Resource, words: Words | None, found: list[Finding]) -> None:
        """Add what the rules find about an object in a document that holds these words, nothing remembered."""
        by_type, key, chosen = self.by_type, resource.key, self.mentions.rules
        self._find(chosen(Resource, words), resource, key, found)
        if resource.partial:
            return
        self._find(chosen(resource.kind, words), resource, key, found)
        workload = read_workload(resource) if Workload in by_type or PodContainer in by_type else None
        if workload is None:
            return
        self._find(chosen(Workload, words), workload, key, found)
        if about_containers := chosen(PodContainer, words):
            for container in workload.pod.containers:
                self._find(about_containers, PodContainer(workload, container), key, found)

    def _remembered_of(self, resource: Resource, words: Words | None) -> Iterator[Finding]:
        local = self.memory.resources.setdefault(resource, {})
        by_type, chosen = self.by_type, self.mentions.rules
        for rule in chosen(Resource, words):
            yield from self._remembered(rule, resource, resource, local, resource.key)
        if resource.partial:
            return
        for rule in chosen(resource.kind, words):
            yield from self._remembered(rule, resource, resource, local, resource.key)
        if Workload not in by_type and PodContainer not in by_type:
            return
        workload = read_workload(resource)
        if workload is None:
            return
        for rule in chosen(Workload, words):
            yield from self._remembered(rule, workload, resource, local, resource.key)
        containers = [PodContainer(workload, container) for container in workload.pod.containers]
        for rule in chosen(PodContainer, words):
            yield from self._remembered(rule, containers, resource, local, resource.key)

    def _about(self, key: ParsedFile | Manifest, subject: Any, kind: type[Any], found: list[Finding]) -> None:
        """Add what the rules find about a text or a document, nothing remembered."""
        if isinstance(key, Manifest):
            troubled = not key.reading.is_plain
        else:
            troubled = key.source is None or bool(key.problems)
        self._find(self.by_type.get(kind, ()) if troubled else self.untroubled.get(kind, ()), subject, key.uri, found)

    def _remembered_about(
        self, key: ParsedFile | Manifest, subject: Any, kind: type[Any], found: list[Finding]
    ) -> None:
        if rules := self.by_type.get(kind):
            local = self.memory.resources.setdefault(key, {})
            for rule in rules:
                found.extend(self._remembered(rule, subject, key, local, key.uri))

    def _remembered(
        self, rule: Rule[Any], subject: Any, key: Subject, local: dict[str, tuple[Finding, ...]], about: object
    ) -> Iterable[Finding]:
        """What a rule finds about a subject (a list: about each of its items), from memory where that still holds."""
        if not self.tracked:
            return self._look(rule, subject, about)
        known = local.get(rule.name)
        if known is not None:
            return known
        judged = self.memory.judged.get(key, {}).get(rule.name)
        if judged is not None:
            return judged.findings
        reads: set[Read] = set()
        self.bundle.reads = reads
        try:
            found = tuple(self._look(rule, subject, about))
        finally:
            self.bundle.reads = None
        uri = uri_of(key)
        beyond = [read for read in reads if not (isinstance(read, Resource) and read.place.uri == uri)]
        if beyond or key == WHOLE:
            self.memory.remember(key, rule.name, found, beyond)
        else:
            local[rule.name] = found
        return found

    def _look(self, rule: Rule[Any], subject: Any, about: object) -> list[Finding]:
        if isinstance(subject, list):
            return [finding for item in subject for finding in self._check(rule, item, about)]
        return self._check(rule, subject, about)

    def _check(self, rule: Rule[Any], subject: Any, about: object) -> list[Finding]:
        found: list[Finding] = []
        self._find((rule,), subject, about, found)
        return found

    def _find(self, rules: Sequence[Rule[Any]], subject: Any, about: object, found: list[Finding]) -> None:
        """Add what rules find about a subject to ``found``.

        What a rule found before it raised stays; that of another distribution is not looked through then, and goes.
        """
        if not rules:
            return
        contexts = self.contexts
        self.memory.checks += len(rules)
        for rule in rules:
            own = rule.distribution == PROJECT
            before = 0 if own else len(found)
            try:
                found += rule.check(subject, contexts[rule.name])
                if not own and len(found) > before:
                    look_through(found[before:], self.snapshot.files)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a rule may raise anything; the others go on
                if not own:
                    del found[before:]
                message = f"{type(error).__name__}: {error}"
                self.failures.append(RuleFailure(rule.name, rule.distribution, str(about), message))
