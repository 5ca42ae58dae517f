"""A workspace for large runs. Trees are many times as large as their texts; where little is found, few are looked at."""

from __future__ import annotations

from typing import Final

from kubelens.engine.loader import Loaded
from kubelens.engine.parsed import Parsed
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.parsing import may_hold_aliases
from kubelens.engine.workspace import Workspace
from kubelens.syntax.parse import compose_again

LEAN_FROM: Final = 2_000_000
"""Characters whose trees take more memory (some 10 MB) than making those again that findings stand in takes time."""


class LeanWorkspace(Workspace):
    """A workspace that lets go of trees once their objects are read; they are made anew for who looks at one.

    Those are kept that one document's text alone does not tell: where nodes may be shared, keys stand twice and the like.
    """

    def _parse(self, loaded: Loaded, parsed: Parsed | None = None) -> ParsedFile:
        file = super()._parse(loaded, parsed)
        for manifest in file.manifests:
            if manifest.reading.is_plain and not may_hold_aliases(manifest.document.source.text):
                manifest.reading.tree = manifest.document
                manifest.document.forget(compose_again)
        return file
