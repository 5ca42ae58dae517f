"""One text of a run, parsed: its documents, the objects among them, and what is wrong with it as text."""

from __future__ import annotations

from msgspec import Struct

from kubelens.engine.loader import Loaded, Status
from kubelens.engine.partials import NO_FILES, FilesNamed
from kubelens.kube.manifest import Manifest
from kubelens.syntax.text import Problem, Source
from kubelens.syntax.tree import Document


class ParsedFile(Struct, frozen=True, eq=False, weakref=True):
    """One text, parsed: documents, the Kubernetes ones among them, and problems of the text."""

    loaded: Loaded
    status: Status
    reason: str
    documents: tuple[Document, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    problems: tuple[Problem, ...] = ()
    named: FilesNamed = NO_FILES
    """What this kustomization or test says of other files."""
    unfilled: frozenset[int] = frozenset()
    """Documents that YAML cannot read before a template is filled in, beside others that it can."""

    @property
    def uri(self) -> str:
        """What the file is called."""
        return self.loaded.uri

    @property
    def source(self) -> Source | None:
        """Its text, None where it could not be read."""
        return self.loaded.source
