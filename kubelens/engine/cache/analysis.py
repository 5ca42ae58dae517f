"""Rules over a snapshot of which an earlier run has seen most: only files that something changed for are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from kubelens.engine.analysis import Analysis, Looking, RuleFailure
from kubelens.engine.cache.rows import marks_of
from kubelens.engine.cache.tree import KeptTree, Looked
from kubelens.engine.order import sort_for_good
from kubelens.engine.parallel import Parallel
from kubelens.engine.parsed import Parsed
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.selection import RuleSet
from kubelens.engine.workspace import Snapshot
from kubelens.kube.reads import EVERYTHING, Read
from kubelens.rules.api import Facts, Finding

_Share = tuple[list[Looked], list[RuleFailure]]
"""What the rules find in some files, and which of them failed."""


def analyse_kept(
    snapshot: Snapshot, rules: RuleSet, facts: Facts, kept: KeptTree, parsed: Mapping[int, Parsed], *, jobs: int
) -> Analysis:
    """As :func:`kubelens.engine.analysis.analyse`, with what is kept of an earlier run; what is found is kept in turn.

    ``parsed``: what another process or run has read of the texts, by the id of the source.
    """
    return _Looking(snapshot, rules, facts, kept, parsed).result(jobs)


def keep_judged(
    analysis: Analysis,
    facts: Facts,
    kept: KeptTree,
    parsed: Mapping[int, Parsed],
    found: Mapping[str, Iterable[Finding]],
) -> None:
    """Keep what was found without a note of what it rests on: it holds as long as nothing at all changes.

    ``found``: by file, as :class:`kubelens.engine.memory.Memory` has it.
    """
    snapshot = analysis.snapshot
    if analysis.failures or kept.holding(snapshot, facts):
        return
    looked: dict[str, Looked] = {}
    for uri in snapshot.files:
        own = [
            f if f.span is not None else replace(f, span=snapshot.locate(f.at)) for f in found[uri] if f.at.uri == uri
        ]
        sort_for_good(own, snapshot.locate)
        looked[uri] = Looked(own, [f for f in found[uri] if f.at.uri != uri], [EVERYTHING])
    kept.keep(snapshot, facts, looked, {}, parsed)


class _Looking(Looking):
    def __init__(
        self, snapshot: Snapshot, rules: RuleSet, facts: Facts, kept: KeptTree, parsed: Mapping[int, Parsed]
    ) -> None:
        super().__init__(snapshot, rules, facts, noted=True)
        self._kept = kept
        self._parsed = parsed

    def shared(self, jobs: int) -> tuple[list[Finding], list[Finding]]:
        """What the rules find: kept findings that hold, and those about all other files."""
        held = self._kept.holding(self.snapshot, self.facts)
        files = [file for file in self.files if file.uri not in held]
        runs = self.runs(files, jobs) if files else []

        def look(number: int) -> _Share:
            before, self.failures = self.failures, []
            found = [self._looked(files[index]) for index in runs[number]]
            failures, self.failures = self.failures, before
            return found, failures

        others: list[Finding] = []
        looked: dict[str, Looked] = {}
        with Parallel(len(runs), look, _Share, jobs=jobs) as parallel:
            answers = parallel.answers(lambda: others.extend(self.wide()))
        for run, (found, failures) in zip(runs, answers, strict=True):
            looked.update(zip([files[index].uri for index in run], found, strict=True))
            self.failures.extend(failures)
        if not self.failures:
            self._kept.keep(self.snapshot, self.facts, looked, held, self._parsed)
        in_order: list[Finding] = []
        for file in self.files:
            one = held.get(file.uri) or looked[file.uri]
            in_order += one.own
            others += one.elsewhere
        return in_order, others

    def _looked(self, file: ParsedFile) -> Looked:
        reads: set[Read] = set()
        self.bundle.reads = reads
        try:
            found = self.found_in(file)
        finally:
            self.bundle.reads = None
        own = [finding for finding in found if finding.at.uri == file.uri]
        elsewhere = [finding for finding in found if finding.at.uri != file.uri] if len(own) < len(found) else []
        sort_for_good(own, self.snapshot.locate)
        return Looked(own, elsewhere, marks_of(reads, file.uri))
