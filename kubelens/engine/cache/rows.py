"""What is kept of one file of a tree: its values, what was found about it, and what that rests on beside the file."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from kubelens.engine.loader import Status
from kubelens.engine.parsed import Parsed
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.parsing import may_hold_aliases
from kubelens.kube.definitions import Definitions
from kubelens.kube.reading import Reading
from kubelens.kube.reads import Read, of_name
from kubelens.kube.resource import Header, Resource, read_document, read_header
from kubelens.kube.workload import LabelledRead, SelectedRead
from kubelens.predict.references.pods_index import MakersRead, SelectingRead
from kubelens.rules.api import Finding
from kubelens.syntax.parse import compose_again
from kubelens.syntax.text import Problem, Source
from kubelens.syntax.tree import Document

Mark = tuple[str | None, ...] | MakersRead | SelectingRead | SelectedRead | LabelledRead
"""A read as it is kept: an object is kept by its name."""


class KeptDocument(Struct, array_like=True):
    """Where a document begins and ends, what it says it is, and its value where that was read without complaint."""

    start: int
    end: int
    header: Header | None
    known: bool
    value: Any
    taken: bool
    """Whether objects were made of it."""


class Row(Struct, array_like=True):
    """A file as it was. ``text`` is a digest of its text, ``shape`` one of what was made of it beside the text."""

    uri: str
    text: bytes
    shape: bytes
    partial: bool
    transformed: bool
    empty: bool
    """Whether there was no object in it."""
    whole: bool
    """Whether objects were made of its documents as they are."""
    documents: list[KeptDocument] | None
    """None where they are to be parsed again."""
    problems: list[Problem]
    """What parsing the text left to say."""
    own: list[Finding]
    """What was found about it in it, in order, each with its span."""
    elsewhere: list[Finding]
    marks: list[Mark]

    def parsed(self, source: Source) -> Parsed | None:
        """The same text as documents again."""
        if self.documents is None:
            return None
        documents = [
            Document(source, index, None, one.start, one.end, compose_again) for index, one in enumerate(self.documents)
        ]
        readings = [
            Reading(one.value, document) if one.known else None
            for one, document in zip(self.documents, documents, strict=True)
        ]
        return Parsed(documents, self.problems, [one.header for one in self.documents], readings)

    def objects(self, namespace: str, definitions: Definitions) -> list[Resource] | None:
        """The objects that were in it, None where that is not known."""
        if self.empty:
            return []
        if self.documents is None or not self.whole:
            return None
        found: list[Resource] = []
        source = Source(self.uri, "")
        for index, one in enumerate(self.documents):
            if not one.taken:
                continue
            if not one.known:
                return None
            document = Document(source, index, None, 0, 0)
            resources, _ = read_document(
                document,
                partial=self.partial,
                transformed=self.transformed,
                namespace=namespace,
                definitions=definitions,
                reading=Reading(one.value, document),
            )
            found += resources
        return found


def text_digest(source: Source | None) -> bytes:
    """A digest of a text, of none where there is none."""
    if source is None:
        return b""
    return blake2b(source.text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def shape_digest(file: ParsedFile) -> bytes:
    """A digest of what a file is taken for, beside what its text says."""
    loaded = file.loaded
    about = (loaded.uri, loaded.origins, loaded.chart, loaded.rendered, loaded.taken_in, loaded.made is None)
    source = None if loaded.source is None else loaded.source.bom
    objects = [(r.partial, r.transformed, r.namespace) for m in file.manifests for r in m.resources]
    told = (about, source, file.status.value, file.reason, file.problems, objects)
    return blake2b(repr(told).encode(), digest_size=16).digest()


def row_of(
    file: ParsedFile,
    digests: tuple[bytes, bytes],
    parsed: Parsed | None,
    found: tuple[list[Finding], list[Finding]],
    marks: list[Mark],
) -> Row:
    """What is kept of a file. ``digests``: of text and shape; ``parsed``: its text as it was parsed, if it was.

    ``found``: in the file, and elsewhere.
    """
    resources = [r for m in file.manifests for r in m.resources]
    documents, problems = _documents(file, parsed)
    return Row(
        file.uri,
        *digests,
        any(r.partial for r in resources),
        any(r.transformed for r in resources),
        not file.manifests,
        file.status is Status.TAKEN,
        documents,
        problems,
        *found,
        marks,
    )


def _documents(file: ParsedFile, parsed: Parsed | None) -> tuple[list[KeptDocument] | None, list[Problem]]:
    if parsed is None or file.source is None:
        return None, []
    if may_hold_aliases(file.source.text):
        return None, []
    taken = {manifest.document.index: manifest for manifest in file.manifests}
    found: list[KeptDocument] = []
    for index, document in enumerate(parsed.documents):
        manifest = taken.get(index)
        header = parsed.headers[index] if parsed.headers is not None else read_header(document)
        reading = manifest.reading if manifest is not None else None
        if reading is None and parsed.readings:
            reading = parsed.readings[index]
        known = reading is not None and reading.is_plain
        value = reading.value if reading is not None and known else None
        found.append(KeptDocument(document.start, document.end, header, known, value, manifest is not None))
    return found, parsed.problems


def marks_of(reads: Iterable[Read], uri: str) -> list[Mark]:
    """Reads as they are kept; what was read of the file itself goes when that changes."""
    found: dict[Any, None] = {}
    for read in reads:
        if not isinstance(read, Resource):
            found[read] = None
        elif read.place.uri != uri:
            found[of_name(read.kind, read.namespace, read.name)] = None
    return list(found)
