"""Renaming: every place of a name is written anew, or none is and the reason is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lsprotocol import types

from kubelens.kube.scalar import UnreadableScalar, decode_scalar
from kubelens.predict.apiserver.formats import (
    is_config_map_key,
    is_dns1035_label,
    is_dns1123_label,
    is_dns1123_subdomain,
    is_valid_label_value,
    is_valid_port_name,
)
from kubelens.syntax.text import Source, Span
from kubelens_lsp.convert import to_range, uri_of
from kubelens_lsp.names import occurrences, occurrences_in_file
from kubelens_lsp.navigation import named_at
from kubelens_lsp.occurrence import Occurrence, Symbol
from kubelens_lsp.view import View

Form = Callable[[str], list[str]]
_FORMS: Final[dict[str, Form]] = {
    "Service": is_dns1035_label,
    "Service port": is_dns1123_label,
    "ConfigMap key": is_config_map_key,
    "Secret key": is_config_map_key,
    "port": is_valid_port_name,
    "volume": is_dns1123_label,
}
_LIKELY: Final = "likely"
_QUESTION: Final = types.ChangeAnnotation(
    "only the form of these texts says that they name it", needs_confirmation=True
)
_ROLES: Final = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"})
_NEVER: Final = {
    "Namespace": "a Namespace is named in more places than manifests show",
    "CustomResourceDefinition": "the name of a CustomResourceDefinition follows from its group and plural",
    "APIService": "the name of an APIService follows from its group and version",
    "Node": "nodes are named by whoever starts them",
}
_BUILT_IN: Final = {
    "ServiceAccount": frozenset({"default"}),
    "ConfigMap": frozenset({"kube-root-ca.crt"}),
    "Service": frozenset({"kubernetes"}),
    "ClusterRole": frozenset({"cluster-admin", "admin", "edit", "view"}),
}
_BUILT_IN_PREFIXES: Final = {
    "PriorityClass": "system-",
    "ClusterRole": "system:",
    "ClusterRoleBinding": "system:",
    "Role": "system:",
    "RoleBinding": "system:",
}


class CannotRename(ValueError):
    """Why a name stays as it is."""


def prepare(view: View, key: str, position: types.Position, encoding: str) -> types.PrepareRenamePlaceholder | None:
    """The stretch of the name under the cursor without its quotes, None where nothing can be renamed."""
    source = view.snapshot.source(key)
    for one, span in named_at(view, key, position, encoding):
        inner = _written(source, span, one.symbol.name) if source is not None else None
        if source is not None and inner is not None and not _refusal(one.symbol):
            return types.PrepareRenamePlaceholder(to_range(source, inner, encoding), one.symbol.name)
    return None


def renamed(
    view: View,
    symbols: list[Symbol],
    new_name: str,
    encoding: str,
    *,
    open_texts: Mapping[str, Source] | None = None,
    confirm: bool = False,
) -> types.WorkspaceEdit | None:
    """Write another name wherever a symbol is named.

    ``open_texts``: the texts that the client has open, with its versions, None where it takes no versioned edits;
    ``confirm``: whether it can ask about single edits, as is done about places of which only the form says that they name
    the symbol.

    Raises:
        CannotRename: the name is taken or not of the right form, or a place cannot be written by itself.
    """
    if not symbols:
        return None
    found = _linked(view, symbols)
    for symbol in {one.symbol for one in found}:
        _check(view, symbol, new_name)
    ask = confirm and open_texts is not None
    changes: dict[str, dict[Span, types.TextEdit | types.AnnotatedTextEdit]] = {}
    versions: dict[str, int | None] = {}
    for one in sorted(found, key=lambda place: place.likely):
        source = view.snapshot.source(one.place.uri)
        if source is None:
            continue
        span = view.snapshot.locate(one.place)
        edits = changes.setdefault(uri_of(one.place.uri), {})
        is_open = (open_texts or {}).get(one.place.uri)
        versions[uri_of(one.place.uri)] = is_open.version if is_open and is_open.text == source.text else None
        for inner in _places(one, source, span, likely_too=ask):
            where = to_range(source, inner, encoding)
            text = _as_text(new_name, quoted=inner != span)
            edit = types.AnnotatedTextEdit(_LIKELY, where, text) if one.likely else types.TextEdit(where, text)
            edits.setdefault(inner, edit)
    if open_texts is None:
        plain = {
            u: [edit for edit in edits.values() if isinstance(edit, types.TextEdit)] for u, edits in changes.items()
        }
        return types.WorkspaceEdit(changes=plain)
    documents = [
        types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), list(edits.values()))
        for uri, edits in changes.items()
        if edits
    ]
    return types.WorkspaceEdit(
        document_changes=documents,
        change_annotations={_LIKELY: _QUESTION} if ask and any(one.likely for one in found) else None,
    )


def _places(one: Occurrence, source: Source, span: Span, *, likely_too: bool) -> Iterator[Span]:
    """The stretches of a name at one place.

    Raises:
        CannotRename: the name cannot be told from what is around it, or nobody can be asked whether it is meant.
    """
    inner = _written(source, span, one.symbol.name)
    if inner is not None and (likely_too or not one.likely):
        yield inner
        return
    line = source.position(span.start).line + 1
    if not one.likely:
        raise CannotRename(f"/{one.place.uri}:{line}: {one.symbol.name!r} is written there in another way")
    if not likely_too:
        raise CannotRename(
            f"/{one.place.uri}:{line}: {one.symbol.name!r} is likely meant there, and this editor cannot ask"
        )
    host = re.compile(rf"(?<![\w.-]){re.escape(one.symbol.name)}(?=\.{re.escape(one.symbol.scope)}\.svc(?![\w-]))")
    for match in host.finditer(source.text, span.start, span.end):
        yield Span(match.start(), match.end())


def _linked(view: View, symbols: list[Symbol]) -> list[Occurrence]:
    """The places of symbols, and of those that share a place with one: ports to which the same Service leads."""
    wanted, asked = set(symbols), set[Symbol]()
    found: dict[Occurrence, None] = {}
    while wanted - asked:
        fresh = wanted - asked
        asked |= fresh
        for one in occurrences(view, fresh):
            found[one] = None
            if one.symbol.kind == "port" and not one.defines and one.place.uri:
                others = (o for o in occurrences_in_file(view, one.place.uri) if o.place == one.place)
                wanted |= {o.symbol for o in others if o.symbol.kind == "port"}
    return list(found)


def _refusal(symbol: Symbol) -> str:
    if symbol.kind in _NEVER:
        return _NEVER[symbol.kind]
    prefix = _BUILT_IN_PREFIXES.get(symbol.kind)
    if symbol.name in _BUILT_IN.get(symbol.kind, ()) or (prefix is not None and symbol.name.startswith(prefix)):
        return f"{symbol.kind} {symbol.name} is Kubernetes' own"
    return ""


def _check(view: View, symbol: Symbol, new_name: str) -> None:
    if refusal := _refusal(symbol):
        raise CannotRename(refusal)
    if new_name == symbol.name:
        return
    label = symbol.kind.startswith("label ")
    form = is_valid_label_value if label else _FORMS.get(symbol.kind, is_dns1123_subdomain)
    if symbol.kind in _ROLES:
        problems = ["a name without '/' and '%'"] if set("/%") & set(new_name) or new_name in ("", ".", "..") else []
    else:
        problems = form(new_name)
    if problems:
        raise CannotRename(f"{new_name!r} is no name of a {symbol.kind}: {problems[0]}")
    taken = Symbol(symbol.kind, symbol.scope, new_name, symbol.owner)
    for one in occurrences(view, [taken]):
        source = view.snapshot.source(one.place.uri)
        if one.defines and source is not None:
            line = source.position(view.snapshot.locate(one.place).start).line + 1
            raise CannotRename(f"{new_name!r} is taken: /{one.place.uri}:{line}")


def _written(source: Source, span: Span, name: str) -> Span | None:
    """Where a name itself stands within a value, its quotes left out; None where it is written in another way."""
    text = source.text[span.start : span.end]
    if text == name:
        return span
    if text in (f"'{name}'", f'"{name}"'):
        return Span(span.start + 1, span.end - 1)
    return None


def _as_text(name: str, *, quoted: bool) -> str:
    """A name as it is written in YAML: quoted where it would be a number or a boolean otherwise."""
    try:
        plain = bool(name) and decode_scalar(name, "", None) == name
    except UnreadableScalar:
        plain = False
    return name if quoted or plain else f'"{name}"'
