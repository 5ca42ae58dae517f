"""Which findings are not told: silenced where they stand, or left out by the settings for their file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from kubelens.engine.compat import compat_comments, compat_suppressions
from kubelens.engine.memory import Memory
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.provenance import Trace
from kubelens.engine.selection import RuleSet, named_at
from kubelens.engine.suppression import (
    ANNOTATION,
    EVERY_RULE,
    Suppression,
    annotation_suppressions,
    comment_suppressions,
)
from kubelens.engine.workspace import Snapshot
from kubelens.rules.api import Finding
from kubelens.rules.subjects import UnusedSuppression
from kubelens.syntax.parse import parse_source
from kubelens.syntax.place import Place
from kubelens.syntax.text import Span

_LEFT_OUT: Final = "left out by the settings for this place"


class Silencing:
    """What the texts of a snapshot ask to be silent about. What was rendered is silenced where it was written, too."""

    def __init__(self, snapshot: Snapshot, files: Sequence[ParsedFile], rules: RuleSet, memory: Memory) -> None:
        self.snapshot = snapshot
        self.rules = rules
        self.memory = memory
        self.made = {file.uri: file.loaded.made for file in files if file.loaded.made is not None}
        self.requests: dict[str, list[Suppression]] = {}
        for file in files:
            if requested := self._requests_of(file):
                for request in requested:
                    request.used.clear()
                self.requests[file.uri] = requested

    def split(self, found: list[Finding]) -> tuple[list[Finding], list[tuple[Finding, str]]]:
        """(findings to tell, findings that are silenced or left out with the reason given)."""
        if not self.requests and not self.rules.config.overrides:
            return found, []
        kept: list[Finding] = []
        ignored: list[tuple[Finding, str]] = []
        overridden = bool(self.rules.config.overrides)
        by_object = self.rules.by_object
        for finding in found:
            traces = self._traces(finding)
            if overridden:
                uri = traces[0].uri if traces else finding.at.uri
                about = named_at(finding.at, self.snapshot) if by_object else ("", "")
                wanted = self.rules.wanted_in(uri, *about)
                if wanted is not None and finding.rule not in wanted:
                    ignored.append((finding, _LEFT_OUT))
                    continue
                severity = self.rules.severity_in(uri, finding.rule, finding.severity, *about)
                finding = replace(finding, severity=severity)  # noqa: PLW2901 - the same finding, as it was asked for
            reason = self._silenced(finding, traces)
            if reason is None:
                kept.append(finding)
            else:
                ignored.append((finding, reason))
        return kept, ignored

    def unused(self) -> Iterator[UnusedSuppression]:
        """Requests that are wrong, name unknown rules, or silenced nothing."""
        if not self.requests:
            return
        running = {name for r in self.rules.rules for name in (r.name, *r.aliases, r.family)}
        known = {name for r in self.rules.known.values() for name in (r.name, *r.aliases, r.family)}
        listed = tuple(sorted(known))
        used = self._used_by_origin()
        for uri, requested in self.requests.items():
            for request in requested:
                if request.foreign:
                    continue
                unknown = tuple(name for name in request.rules if name not in known and name != EVERY_RULE)
                silenced = request.used | used.get(self._origin(uri, request.span), frozenset())
                unused = tuple(n for n in request.rules if n in running and n not in silenced)
                if request.problem or unknown or unused:
                    yield UnusedSuppression(Place(uri, 0), request.span, request.problem, unknown, unused, listed)

    def _used_by_origin(self) -> dict[Trace, frozenset[str]]:
        """What a comment of a template silenced in any of the places that it was rendered to."""
        used: dict[Trace, frozenset[str]] = {}
        for uri in self.made:
            for request in self.requests.get(uri, ()):
                origin = self._origin(uri, request.span)
                used[origin] = used.get(origin, frozenset()) | request.used
        return used

    def _origin(self, uri: str, span: Span) -> Trace:
        made = self.made.get(uri)
        return made.traces(span)[0] if made is not None else Trace(uri, span)

    def _traces(self, finding: Finding) -> tuple[Trace, ...]:
        made = self.made.get(finding.at.uri)
        return made.traces(finding.span or self.snapshot.locate(finding.at)) if made is not None else ()

    def _requests_of(self, file: ParsedFile) -> list[Suppression]:
        known = self.memory.suppressions.get(file)
        if known is None:
            known = list(self._comments(file))
            known.extend(compat_comments(file.source, file.documents, self.rules.config.compat))
            annotated = file.source is not None and ANNOTATION in file.source.text
            for manifest in file.manifests:
                for resource in manifest.resources:
                    if annotated:
                        known.extend(annotation_suppressions(manifest, resource))
                    if self.rules.config.compat:
                        known.extend(compat_suppressions(manifest, resource, self.rules.config.compat))
            self.memory.suppressions[file] = known
        return known

    def _comments(self, file: ParsedFile) -> Iterator[Suppression]:
        """The requests in comments; those of a rendered template count where they were rendered to."""
        if file.source is None or "kubelens:" not in file.source.text:
            return
        documents = file.documents
        if self.snapshot.chart is not None or self.made or file.loaded.taken_in:
            if file.loaded.chart:
                return
            documents = documents or tuple(parse_source(file.source)[0])
        yield from comment_suppressions(file.source, documents)

    def _silenced(self, finding: Finding, traces: Sequence[Trace]) -> str | None:
        requests = self.requests.get(finding.at.uri, ())
        if not requests and not traces:
            return None
        rule = self.rules.known.get(finding.rule)
        names = (finding.rule, *((*rule.aliases, rule.family) if rule else ()))
        if requests:
            offset = (finding.span or self.snapshot.locate(finding.at)).start
            for request in requests:
                if request.silences(names, offset):
                    return request.reason
        for trace in traces:
            for request in self.requests.get(trace.uri, ()):
                if request.silences(names, trace.span.start):
                    return request.reason
        return None
