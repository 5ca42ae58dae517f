"""The protocol without a second copy of each text.

pygls keeps a copy of every open document, splits it at more line ends than the protocol knows (U+2028, U+0085) and
changes the positions of an event to suit that copy before a handler sees them. Here the server's own texts are the only
ones, and events arrive as the client sent them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method

Handling = Iterator[tuple[Any, tuple[Any], None]]
"""What pygls calls next: a handler with its arguments, and nothing to do with what it returns."""


class OwnTexts(LanguageServerProtocol):
    """Hands what a client says of its documents to the server's handlers, and nothing else."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Handling:
        """A document is open."""
        yield from self._handled(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Handling:
        """A document is another."""
        yield from self._handled(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Handling:
        """A document is closed."""
        yield from self._handled(types.TEXT_DOCUMENT_DID_CLOSE, params)

    def _handled(self, method: str, params: Any) -> Handling:
        handler = self.fm.features.get(method)
        if handler is not None:
            yield handler, (params,), None
