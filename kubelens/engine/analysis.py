"""Running rules over a snapshot: dispatch by type, suppressions, and what is remembered between runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from kubelens.engine.compat import compat_suppressions
from kubelens.engine.memory import WHOLE, Memory, Subject, uri_of
from kubelens.engine.parallel import MOST_TASKS, Parallel, even_runs
from kubelens.engine.selection import RuleSet
from kubelens.engine.suppression import Suppression, annotation_suppression, comment_suppressions
from kubelens.engine.workspace import ParsedFile, Snapshot
from kubelens.kube.bundle import Bundle
from kubelens.kube.manifest import Manifest
from kubelens.kube.reads import Read
from kubelens.kube.resource import Resource
from kubelens.kube.workload import PodContainer, Workload, read_workload
from kubelens.predict.api import Oracle
from kubelens.rules.api import Context, Facts, Finding, Rule
from kubelens.rules.subjects import Text, UnusedSuppression
from kubelens.syntax.place import Place

UNUSED: Final = "unused-suppression"
_PARALLEL_FROM: Final = 200_000
"""Characters of text from which on copies of the process earn their keep."""


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


_Share = tuple[list[Finding], list[RuleFailure]]
"""What some rules find in some files, and which of them failed."""


class Analysis(Struct, frozen=True):
    """A snapshot, what the rules found in it, and what was ignored on purpose."""

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    ignored: tuple[tuple[Finding, str], ...] = ()
    """(finding, reason given)."""
    failures: tuple[RuleFailure, ...] = ()


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
    return _Run(snapshot, rules, facts, memory, only).result(jobs)


class _Run:
    def __init__(
        self, snapshot: Snapshot, rules: RuleSet, facts: Facts, memory: Memory | None, only: Collection[str] | None
    ) -> None:
        self.snapshot = snapshot
        self.only = only
        self.files = [f for uri, f in snapshot.files.items() if only is None or uri in only]
        self.rules = rules
        self.facts = facts
        self.tracked = memory is not None
        self.memory = memory if memory is not None else Memory()
        self.failures: list[RuleFailure] = []
        self.bundle = snapshot.bundle
        oracle = Oracle(snapshot.bundle, self.memory.answers if self.tracked else None)
        self.contexts = {
            rule.name: Context(
                rule, rules.severities[rule.name], rules.options[rule.name], snapshot.bundle, oracle, facts
            )
            for rule in rules.rules
        }
        self.by_kind: dict[str, list[Rule[Any]]] = {}
        self.by_type: dict[type[Any], list[Rule[Any]]] = {}
        for rule in rules.rules:
            if rule.needs_old and facts.old is None:
                continue
            if isinstance(rule.on, tuple):
                for kind in rule.on:
                    self.by_kind.setdefault(kind, []).append(rule)
            else:
                self.by_type.setdefault(rule.on, []).append(rule)

    def result(self, jobs: int) -> Analysis:
        found = self._by_file() if self.tracked else self._shared(jobs)
        for rule in self.by_type.get(Bundle, ()):
            found.extend(self._remembered(rule, self.snapshot.bundle, WHOLE, {}, "the bundle"))
        if self.only is not None:
            found = [f for f in found if f.at.uri in self.only]
        kept, ignored = self._suppress(found)
        return Analysis(self.snapshot, tuple(self._ordered(kept)), tuple(ignored), tuple(self.failures))

    def _by_file(self) -> list[Finding]:
        found: list[Finding] = []
        for file in self.files:
            known = self.memory.files.get(file.uri)
            if known is None:
                known = self.memory.files[file.uri] = tuple(self._file(file))
            found.extend(known)
        return found

    def _shared(self, jobs: int) -> list[Finding]:
        """What the rules find, the files shared out in runs of neighbours of about the same length."""
        sizes = [len(file.source.text) if file.source is not None else 0 for file in self.files]
        runs = even_runs(sizes, MOST_TASKS if jobs > 1 and sum(sizes) >= _PARALLEL_FROM else 1)

        def look(number: int) -> _Share:
            before, self.failures = self.failures, []
            found = [finding for index in runs[number] for finding in self._file(self.files[index])]
            for finding in found if len(runs) > 1 else ():
                if finding.span is None:
                    force_setattr(finding, "span", self.snapshot.locate(finding.at))
            failures, self.failures = self.failures, before
            return found, failures

        found: list[Finding] = []
        with Parallel(len(runs), look, _Share, jobs=jobs) as parallel:
            for some, failures in parallel.answers():
                found.extend(some)
                self.failures.extend(failures)
        return found

    def _file(self, file: ParsedFile) -> Iterator[Finding]:
        if file.source is not None or Text in self.by_type:
            text = Text(file.uri, file.source, file.problems, file.status.value, file.reason)
            yield from self._about(file, text, self.by_type.get(Text, ()))
        for manifest in file.manifests:
            yield from self._about(manifest, manifest, self.by_type.get(Manifest, ()))
            for resource in manifest.resources:
                if self.tracked:
                    yield from self._remembered_of(resource)
                else:
                    yield from self._look_at(resource)

    def _look_at(self, resource: Resource) -> list[Finding]:
        """What the rules find about an object, nothing remembered."""
        found: list[Finding] = []
        by_type, key = self.by_type, resource.key
        self._find(by_type.get(Resource, ()), resource, key, found)
        if resource.partial:
            return found
        self._find(self.by_kind.get(resource.kind, ()), resource, key, found)
        workload = read_workload(resource) if Workload in by_type or PodContainer in by_type else None
        if workload is None:
            return found
        self._find(by_type.get(Workload, ()), workload, key, found)
        if about_containers := by_type.get(PodContainer):
            for container in workload.pod.containers:
                self._find(about_containers, PodContainer(workload, container), key, found)
        return found

    def _remembered_of(self, resource: Resource) -> Iterator[Finding]:
        local = self.memory.resources.setdefault(resource, {})
        by_type = self.by_type
        for rule in by_type.get(Resource, ()):
            yield from self._remembered(rule, resource, resource, local, resource.key)
        if resource.partial:
            return
        for rule in self.by_kind.get(resource.kind, ()):
            yield from self._remembered(rule, resource, resource, local, resource.key)
        if Workload not in by_type and PodContainer not in by_type:
            return
        workload = read_workload(resource)
        if workload is None:
            return
        for rule in by_type.get(Workload, ()):
            yield from self._remembered(rule, workload, resource, local, resource.key)
        containers = [PodContainer(workload, container) for container in workload.pod.containers]
        for rule in by_type.get(PodContainer, ()):
            yield from self._remembered(rule, containers, resource, local, resource.key)

    def _about(self, key: ParsedFile | Manifest, subject: Any, rules: Sequence[Rule[Any]]) -> Iterator[Finding]:
        if not rules:
            return
        local = self.memory.resources.setdefault(key, {})
        for rule in rules:
            yield from self._remembered(rule, subject, key, local, key.uri)

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
        """Add what rules find about a subject to ``found``; of one that raises nothing is added."""
        contexts = self.contexts
        self.memory.checks += len(rules)
        for rule in rules:
            before = len(found)
            try:
                found += rule.check(subject, contexts[rule.name])
            except Exception as error:  # noqa: BLE001 - a rule may raise anything; the others go on
                del found[before:]
                message = f"{type(error).__name__}: {error}"
                self.failures.append(RuleFailure(rule.name, rule.distribution, str(about), message))

    def _suppress(self, found: list[Finding]) -> tuple[list[Finding], list[tuple[Finding, str]]]:
        requests: dict[str, list[Suppression]] = {}
        for file in self.files:
            if requested := self._requests(file):
                for request in requested:
                    request.used.clear()
                requests[file.uri] = requested
        kept: list[Finding] = []
        ignored: list[tuple[Finding, str]] = []
        overridden = bool(self.rules.config.overrides)
        for finding in found:
            if overridden:
                wanted = self.rules.wanted_in(finding.at.uri)
                if wanted is not None and finding.rule not in wanted:
                    continue
                severity = self.rules.severity_in(finding.at.uri, finding.rule, finding.severity)
                finding = replace(finding, severity=severity)  # noqa: PLW2901 - the same finding, as it was asked for
            asked = requests.get(finding.at.uri)
            reason = self._silenced(finding, asked) if asked else None
            if reason is None:
                kept.append(finding)
            else:
                ignored.append((finding, reason))
        kept.extend(self._unused(requests))
        return kept, ignored

    def _requests(self, file: ParsedFile) -> list[Suppression]:
        known = self.memory.suppressions.get(file)
        if known is None:
            known = list(comment_suppressions(file.source, file.documents)) if file.source is not None else []
            for manifest in file.manifests:
                for resource in manifest.resources:
                    if "annotations" in resource.metadata:
                        if (request := annotation_suppression(manifest, resource)) is not None:
                            known.append(request)
                        if self.rules.config.compat:
                            known.extend(compat_suppressions(manifest, resource, self.rules.config.compat))
            self.memory.suppressions[file] = known
        return known

    def _silenced(self, finding: Finding, requests: Sequence[Suppression]) -> str | None:
        rule = self.rules.known.get(finding.rule)
        names = (finding.rule, *((*rule.aliases, rule.family) if rule else ()))
        offset: int | None = None
        for request in requests:
            if offset is None:
                offset = (finding.span or self.snapshot.locate(finding.at)).start
            if request.silences(names, offset):
                return request.reason
        return None

    def _unused(self, requests: dict[str, list[Suppression]]) -> Iterator[Finding]:
        if UNUSED not in self.contexts:
            return
        rule = self.contexts[UNUSED].rule
        running = {name for r in self.rules.rules for name in (r.name, *r.aliases, r.family)}
        known = {name for r in self.rules.known.values() for name in (r.name, *r.aliases, r.family)}
        for uri, requested in requests.items():
            for request in requested:
                unknown = tuple(name for name in request.rules if name not in known)
                unused = tuple(n for n in request.rules if n in running and n not in request.used)
                if request.problem or unknown or unused:
                    subject = UnusedSuppression(
                        Place(uri, 0), request.span, request.problem, unknown, unused, tuple(sorted(known))
                    )
                    yield from self._check(rule, subject, uri)

    def _ordered(self, findings: Iterable[Finding]) -> list[Finding]:
        by_file: dict[str, list[Finding]] = {uri: [] for uri in self.snapshot.files}
        for finding in findings:
            by_file.setdefault(finding.at.uri, []).append(finding)
        locate = self.snapshot.locate
        for some in by_file.values():
            some.sort(key=lambda f: ((f.span or locate(f.at)).start, -f.severity, f.rule))
        return [finding for some in by_file.values() for finding in some]
