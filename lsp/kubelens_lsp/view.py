"""A finished analysis: the texts it is about, what is found in them, and what is known of the sets made from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lsprotocol import types
from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.analysis import Analysis
from kubelens.engine.sets.kept import ToldSets
from kubelens.engine.workspace import Snapshot
from kubelens.predict.api import Oracle
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.rules.api import Finding
from kubelens.syntax.text import Source
from kubelens_lsp.name_index import LastIndex

NO_SETS: Final = ToldSets()
_Slot = tuple[str, str, bool]
"""A file, an encoding, and whether with related places."""


class View(Struct, frozen=True):
    """A finished analysis and the texts it is about."""

    analysis: Analysis
    own: Mapping[str, tuple[Finding, ...]]
    """What is found in files as they are."""
    by_file: Mapping[str, tuple[Finding, ...]]
    """What is told of each file: of those that sets are made from, what is found in the sets."""
    oracle: Oracle
    release: str
    told: ToldSets = NO_SETS
    shown: dict[_Slot, list[types.Diagnostic]] = field(default_factory=dict)
    """Diagnostics made so far."""
    names: LastIndex = field(default_factory=LastIndex)
    """Where names stand, once somebody asks."""

    def source(self, key: str) -> Source | None:
        """The text of a file, also one that is only read for a set."""
        return self.snapshot.source(key) or self.told.sources.get(key)

    def is_behind(self, key: str) -> bool:
        """Whether a file has another text than the sets had that are made from it: what is found in them is old."""
        known = self.told.sources.get(key)
        source = self.snapshot.source(key) if known is not None else None
        return known is not None and source is not None and source is not known and source.text != known.text

    def still_shown(self, after: View) -> dict[_Slot, list[types.Diagnostic]]:
        """The diagnostics that hold in a later view too: neither their findings nor any text they point to changed."""
        return {wanted: found for wanted, found in self.shown.copy().items() if self._is_same(wanted[0], after)}

    def _is_same(self, key: str, after: View) -> bool:
        if after.is_behind(key):
            return True
        if self.is_behind(key) or self.told.sources.get(key) is not after.told.sources.get(key):
            return False
        findings = after.by_file.get(key)
        if findings is None or findings != self.by_file.get(key):
            return False
        texts = {key, *(related.place.uri for finding in findings for related in finding.related)}
        return all(
            after.snapshot.files.get(text) is self.snapshot.files.get(text)
            and after.told.sources.get(text) is self.told.sources.get(text)
            for text in texts
        )

    @property
    def snapshot(self) -> Snapshot:
        """The texts and objects."""
        return self.analysis.snapshot


def with_sets(view: View, told: ToldSets) -> View:
    """A view with what is known of sets: files that they are made from are judged as these make them."""
    merged: dict[str, tuple[Finding, ...]] = {}
    for key in dict.fromkeys((*view.own, *told.by_file)):
        is_own = key not in told.taken or is_kustomization_name(key)
        own = view.own.get(key, ()) if is_own else ()
        merged[key] = (*own, *told.by_file.get(key, ()))
    made = replace(view, by_file=merged, told=told, shown={})
    behind = [key for key in merged if made.is_behind(key)]
    made = replace(made, by_file={key: found for key, found in merged.items() if key not in behind})
    made.shown.update(view.still_shown(made))
    return made
