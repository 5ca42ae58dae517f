"""What an editor session keeps between keystrokes: findings and answers, each with what it rests on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from msgspec import Struct, field

from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.suppression import Suppression
from kubelens.engine.workspace import Snapshot
from kubelens.kube.manifest import Manifest
from kubelens.kube.reads import NAMESPACES, Read, Touchable, of_referrers, touched
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.api import Remembered
from kubelens.rules.api import Finding

_KINDS: Final = frozenset(WORKLOAD_KINDS)
_MOST_TOUCHABLES: Final = 50_000
WHOLE: Final = "the bundle"
"""Stands for the bundle where it is the subject of a rule."""

Subject = Resource | Manifest | ParsedFile | str
"""What a rule looked at; a text is the name of something that stays, such as the bundle."""


class Judged(Struct, frozen=True):
    """What a rule found about a subject, and what that rests on beside the subject."""

    findings: tuple[Finding, ...]
    reads: frozenset[Read]


class Memory(Struct):
    """Findings and answers that still hold. :meth:`catch_up` comes before every use."""

    resources: WeakKeyDictionary[Any, dict[str, tuple[Finding, ...]]] = field(default_factory=WeakKeyDictionary)
    """Findings that rest on the subject alone, by rule."""
    suppressions: WeakKeyDictionary[ParsedFile, list[Suppression]] = field(default_factory=WeakKeyDictionary)
    judged: dict[Subject, dict[str, Judged]] = field(default_factory=dict)
    answers: dict[Hashable, Remembered] = field(default_factory=dict)
    files: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    """All findings about a file and what is in it, where every one of them still holds."""
    checks: int = 0
    _touchables: set[Touchable] = field(default_factory=set)
    _seen: Mapping[str, ParsedFile] | None = None
    _namespaces: tuple[str, ...] = ()

    def remember(self, subject: Subject, rule: str, findings: tuple[Finding, ...], reads: Iterable[Read]) -> None:
        """Keep what a rule found, with what it read."""
        kept = frozenset(reads)
        self.judged.setdefault(subject, {})[rule] = Judged(findings, kept)
        self._touchables.update(read for read in kept if isinstance(read, Touchable))

    def catch_up(self, snapshot: Snapshot) -> None:
        """Forget what rests on something that came, went or changed since the last time."""
        before, self._seen = self._seen, snapshot.files
        namespaces, self._namespaces = self._namespaces, snapshot.bundle.namespaces
        if before is None:
            return
        gone = [file for uri, file in before.items() if snapshot.files.get(uri) is not file]
        came = [file for uri, file in snapshot.files.items() if before.get(uri) is not file]
        if not gone and not came:
            return
        if len(self._touchables) > _MOST_TOUCHABLES:
            self.judged, self.answers, self.files, self._touchables = {}, {}, {}, set()
            return
        from kubelens.predict.references.graph import references_of  # noqa: PLC0415 - only where something is remembered

        changed = [r for file in (*gone, *came) for manifest in file.manifests for r in manifest.resources]
        marks = touched(changed, _KINDS)
        marks.update(
            of_referrers(found.kind, found.namespace, found.name) for r in changed for found in references_of(r)
        )
        if namespaces != self._namespaces:
            marks.add(NAMESPACES)
        marks.update(read for read in self._touchables if any(read.touched_by(r) for r in changed))
        for file in gone:
            self.files.pop(file.uri, None)
            subjects: list[Subject] = [file, *file.manifests, *(r for m in file.manifests for r in m.resources)]
            for subject in subjects:
                self.judged.pop(subject, None)
        self.answers = {key: known for key, known in self.answers.items() if known.reads.isdisjoint(marks)}
        for subject, rules in self.judged.items():
            stale = [rule for rule, judged in rules.items() if not judged.reads.isdisjoint(marks)]
            for rule in stale:
                del rules[rule]
            if stale:
                self.files.pop(uri_of(subject), None)


def uri_of(subject: Subject) -> str:
    """The file a subject stands in, ``""`` for none."""
    if isinstance(subject, Resource):
        return subject.place.uri
    return subject.uri if isinstance(subject, Manifest | ParsedFile) else ""
