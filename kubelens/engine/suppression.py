"""Ignoring findings on purpose: comments, and the annotation ``kubelens.dev/ignore``.

``# kubelens: ignore[rule, ...] reason`` at the end of a line, or on a line of its own above it, covers the key
or list item that begins there; above a document's first key it covers the whole document.
``# kubelens: ignore-file[rule, ...] reason`` covers the file. ``*`` stands for every rule.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from kubelens.kube.manifest import Manifest
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place, locate
from kubelens.syntax.text import Source, Span
from kubelens.syntax.tree import Document, Mapping, Node, Scalar, Sequence, walk

ANNOTATION: Final = "kubelens.dev/ignore"
EVERY_RULE: Final = "*"
"""What stands for all rules in a request."""
_COMMENT: Final = pattern(
    r"#[ \t]*kubelens:[ \t]*(?P<verb>[\w-]+)[ \t]*(?:\[(?P<rules>[^\]\r\n]*)\])?(?P<reason>[^\r\n]*)"
)


class Suppression(Struct):
    """One request to ignore rules within a stretch of a file. ``used`` collects the rules it silenced."""

    uri: str
    span: Span
    """The comment (or annotation) itself."""
    covers: Span
    rules: tuple[str, ...]
    reason: str = ""
    problem: str = ""
    """What is wrong with the request itself, ``""`` where nothing is."""
    whole_file: bool = False
    used: set[str] = field(default_factory=set)
    foreign: bool = False
    """Written for another linter (:mod:`kubelens.engine.compat`): what it names and whether it silences is not judged."""
    but: frozenset[str] = frozenset()
    """Rules that ``TOOL:*``, every check of another linter, does not mean."""

    def silences(self, names: tuple[str, ...], offset: int) -> bool:
        """Whether a finding of a rule (under any of its names) at an offset is meant."""
        if self.problem or not (self.whole_file or self.covers.start <= offset <= self.covers.end):
            return False
        for name in (*names, EVERY_RULE):
            if name in self.rules:
                self.used.add(name)
                return True
        if self.foreign and names[0] not in self.but:
            return any(f"{name.partition(':')[0]}:*" in self.rules for name in names[1:])
        return False


def comment_suppressions(source: Source, documents: tuple[Document, ...]) -> Iterator[Suppression]:
    """The requests in a file's comments."""
    if "kubelens:" not in source.text:
        return
    inside = [(n.start, n.end) for d in documents for n in walk(d.root) if type(n) is Scalar and n.end > n.start]
    starts = [start for start, _ in inside]
    begins: _Begins = {}
    below = _LineBelow(source)
    for match in _COMMENT.finditer(source.text):
        before = bisect_right(starts, match.start()) - 1
        if before >= 0 and match.start() < inside[before][1]:
            continue
        yield _suppression(source, documents, match, begins, below)


_Begins = dict[int, dict[int, int]]
"""By document: the line on which entries and items begin -> where the outermost of them ends."""


class _LineBelow:
    """The line that a comment on a line of its own is about; asked from the top down, each line is looked at once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._found = -1

    def of(self, line: int) -> int:
        """The first line below that is neither blank nor a comment; the number of lines where there is none."""
        if line < self._found:
            return self._found
        source, line = self._source, line + 1
        while line < len(source.line_starts) and (not (t := source.line_text(line).strip()) or t.startswith("#")):
            line += 1
        self._found = line
        return line


def _suppression(
    source: Source, documents: tuple[Document, ...], match: re.Match[str], begins: _Begins, below: _LineBelow
) -> Suppression:
    span = Span(match.start(), match.end())
    rules = tuple(name.strip() for name in (match["rules"] or "").split(",") if name.strip())
    verb = match["verb"]
    problem = ""
    if verb not in ("ignore", "ignore-file"):
        problem = f"unknown request {verb!r}: write ignore[rule] or ignore-file[rule]"
    elif not rules:
        problem = f"{verb} names no rule: write {verb}[rule]"
    covers = (
        _covered(source, documents, match.start(), begins, below) if verb == "ignore" else Span(0, len(source.text))
    )
    return Suppression(source.uri, span, covers, rules, match["reason"].strip(), problem, verb == "ignore-file")


def _covered(source: Source, documents: tuple[Document, ...], comment: int, begins: _Begins, below: _LineBelow) -> Span:
    line = source.position(comment).line
    before = source.text[source.line_starts[line] : comment].strip()
    alone = not before or before == "---"
    if alone:
        line = below.of(line)
    if line >= len(source.line_starts):
        return Span(comment, comment)
    start, end = source.line_starts[line], source.line_end(line)
    for document in documents:
        if document.root is None or not document.start <= end or not start <= document.end:
            continue
        if alone and start <= document.root.start <= end:
            return Span(document.root.start, document.end)
        if (found := begins.get(document.index)) is None:
            found = begins[document.index] = _ends_by_line(source, document.root)
        if line in found:
            return Span(start, max(found[line], end))
    return Span(start, end)


def _ends_by_line(source: Source, root: Node) -> dict[int, int]:
    """For every line on which entries or list items begin, where the outermost of them ends."""
    found: dict[int, int] = {}
    for node in walk(root):
        if isinstance(node, Mapping):
            for key, value in node.entries:
                found.setdefault(source.position(key.start).line, max(key.end, value.end))
        elif isinstance(node, Sequence):
            for item in node.items:
                found.setdefault(source.position(item.start).line, item.end)
    return found


def annotation_suppressions(manifest: Manifest, resource: Resource) -> Iterator[Suppression]:
    """The requests in the annotations of an object, covering it, and of its Pod template, covering that."""
    covered: list[tuple[Place, str | None]] = [(resource.place, resource.annotations.get(ANNOTATION))]
    workload = read_workload(resource)
    if workload is not None and workload.pod.metadata_path != ("metadata",):
        template = resource.place.at(*workload.pod.metadata_path[:-1])
        covered.append((template, workload.pod.annotations.get(ANNOTATION)))
    for place, value in covered:
        if value is None:
            continue
        rules = tuple(name.strip() for name in value.split(",") if name.strip())
        at = locate(manifest.document, place.at("metadata", "annotations", ANNOTATION))
        problem = "" if rules else f"annotation {ANNOTATION} names no rule"
        yield Suppression(manifest.uri, at, locate(manifest.document, place), rules, problem=problem)
