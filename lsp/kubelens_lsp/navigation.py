"""From a name to the object it stands for, and back: definition, references, highlight."""

from __future__ import annotations

from lsprotocol import types

from kubelens.syntax.text import Span
from kubelens_lsp.convert import to_offset, to_range, uri_of
from kubelens_lsp.names import occurrences, occurrences_in_file
from kubelens_lsp.occurrence import Occurrence, Symbol
from kubelens_lsp.view import View


def named_at(
    view: View, key: str, position: types.Position, encoding: str, *, by_key: bool = False
) -> list[tuple[Occurrence, Span]]:
    """The names that stand under the cursor, with the stretch of each; ``by_key``: also where it is on a label's key."""
    source = view.snapshot.source(key)
    if source is None:
        return []
    offset = to_offset(source, position, encoding)
    found: list[tuple[Occurrence, Span]] = []
    for one in occurrences_in_file(view, key):
        span = view.snapshot.locate(one.place)
        if span.start <= offset <= span.end and span.start < span.end:
            found.append((one, span))
        elif by_key and one.symbol.kind.startswith("label "):
            head = view.snapshot.locate(one.place.key())
            if head.start <= offset <= head.end:
                found.append((one, head))
    return found


def symbol_at(view: View, key: str, position: types.Position, encoding: str, *, by_key: bool = False) -> list[Symbol]:
    """What the name under the cursor stands for; ``by_key``: of a label's key, the label."""
    return list(dict.fromkeys(one.symbol for one, _ in named_at(view, key, position, encoding, by_key=by_key)))


def locations(
    view: View, symbols: list[Symbol], encoding: str, *, definitions: bool, uses: bool
) -> list[types.Location]:
    """Where symbols are defined or used."""
    out: dict[tuple[str, Span], types.Location] = {}
    for one in occurrences(view, symbols):
        source = view.snapshot.source(one.place.uri)
        if source is not None and (definitions if one.defines else uses):
            span = view.snapshot.locate(one.place)
            if (one.place.uri, span) not in out:
                out[one.place.uri, span] = types.Location(uri_of(one.place.uri), to_range(source, span, encoding))
    return [spot for _, spot in sorted(out.items(), key=lambda one: one[0])]


def highlights(view: View, symbols: list[Symbol], key: str, encoding: str) -> list[types.DocumentHighlight]:
    """The places of a name in one file."""
    source = view.snapshot.source(key)
    if source is None:
        return []
    kinds: dict[Span, types.DocumentHighlightKind] = {}
    for one in occurrences(view, symbols):
        if one.place.uri == key:
            kind = types.DocumentHighlightKind.Write if one.defines else types.DocumentHighlightKind.Read
            kinds.setdefault(view.snapshot.locate(one.place), kind)
    return [types.DocumentHighlight(to_range(source, span, encoding), kind) for span, kind in kinds.items()]
