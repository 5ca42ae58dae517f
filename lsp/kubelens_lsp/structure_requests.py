"""What the client asks of how things hang together: calls, kinds, files that move, and the words of templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsprotocol import types

from kubelens.kube.resource import Resource
from kubelens.syntax.place import Place
from kubelens_lsp import calls, kinds, moved_files, template_tokens
from kubelens_lsp.chart_here import is_template
from kubelens_lsp.convert import key_of, to_offset, to_range, uri_of
from kubelens_lsp.kubelens_server import KubelensServer
from kubelens_lsp.navigation import symbol_at
from kubelens_lsp.symbols import path_at, title, whole_object
from kubelens_lsp.view import View

Spot = tuple[str, types.Range, types.Range, list[str]]


def add_structure_requests(server: KubelensServer) -> None:
    """Register the requests."""
    _calls(server)
    _kinds(server)
    _files(server)


def _calls(server: KubelensServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def prepare(ls: KubelensServer, params: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem]:
        view = await ls.current()
        found = await ls.compute(_meant, view, params, ls.encoding)
        return [_call_item(view, one, ls.encoding) for one in found if calls.takes_part(one)]

    @server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)
    async def outgoing(
        ls: KubelensServer, params: types.CallHierarchyOutgoingCallsParams
    ) -> list[types.CallHierarchyOutgoingCall]:
        view = await ls.current()

        def work() -> list[types.CallHierarchyOutgoingCall]:
            caller = _known(view, params.item.data)
            return [
                types.CallHierarchyOutgoingCall(
                    _call_item(view, other, ls.encoding), [_range(view, at, ls.encoding) for at in places]
                )
                for other, places in (calls.calls_from(view, caller) if caller is not None else ())
            ]

        return await ls.compute(work)

    @server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)
    async def incoming(
        ls: KubelensServer, params: types.CallHierarchyIncomingCallsParams
    ) -> list[types.CallHierarchyIncomingCall]:
        view = await ls.current()

        def work() -> list[types.CallHierarchyIncomingCall]:
            target = _known(view, params.item.data)
            return [
                types.CallHierarchyIncomingCall(
                    _call_item(view, other, ls.encoding), [_range(view, at, ls.encoding) for at in places]
                )
                for other, places in (calls.calls_to(view, target) if target is not None else ())
            ]

        return await ls.compute(work)


def _kinds(server: KubelensServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY)
    async def prepare(ls: KubelensServer, params: types.TypeHierarchyPrepareParams) -> list[types.TypeHierarchyItem]:
        view = await ls.current()
        found = await ls.compute(_meant, view, params, ls.encoding)
        return [_kind_item(view, one, ls.encoding) for one in found]

    async def others(ls: KubelensServer, data: object, which: _Others) -> list[types.TypeHierarchyItem]:
        view = await ls.current()

        def work() -> list[types.TypeHierarchyItem]:
            one = _known(view, data)
            return [_kind_item(view, other, ls.encoding) for other in (which(view, one) if one is not None else ())]

        return await ls.compute(work)

    @server.feature(types.TYPE_HIERARCHY_SUPERTYPES)
    async def above(ls: KubelensServer, params: types.TypeHierarchySupertypesParams) -> list[types.TypeHierarchyItem]:
        return await others(ls, params.item.data, kinds.above)

    @server.feature(types.TYPE_HIERARCHY_SUBTYPES)
    async def below(ls: KubelensServer, params: types.TypeHierarchySubtypesParams) -> list[types.TypeHierarchyItem]:
        return await others(ls, params.item.data, kinds.below)

    @server.feature(types.TEXT_DOCUMENT_TYPE_DEFINITION)
    async def type_definition(ls: KubelensServer, params: types.TypeDefinitionParams) -> list[types.Location]:
        view = await ls.current()

        def work() -> list[types.Location]:
            found = {id(one): one for here in _meant(view, params, ls.encoding) for one in kinds.above(view, here)}
            return [_location(view, one, ls.encoding) for one in found.values()]

        return await ls.compute(work)

    @server.feature(types.TEXT_DOCUMENT_IMPLEMENTATION)
    async def implementation(ls: KubelensServer, params: types.ImplementationParams) -> list[types.Location]:
        view = await ls.current()

        def work() -> list[types.Location]:
            found: dict[int, Resource] = {}
            for one in _meant(view, params, ls.encoding):
                ends = [other for other, _ in calls.calls_from(view, one)] if calls.takes_part(one) else []
                found |= {id(other): other for other in (*ends, *kinds.below(view, one))}
            return [_location(view, one, ls.encoding) for one in found.values()]

        return await ls.compute(work)


def _files(server: KubelensServer) -> None:
    every = types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")

    @server.feature(types.WORKSPACE_WILL_RENAME_FILES, types.FileOperationRegistrationOptions([every]))
    async def will_rename(ls: KubelensServer, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
        view = await ls.current()
        moves = {key_of(one.old_uri).rstrip("/"): key_of(one.new_uri).rstrip("/") for one in params.files}
        return await ls.compute(moved_files.follow, view, moves, ls.encoding)

    @server.feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        types.SemanticTokensRegistrationOptions(legend=template_tokens.LEGEND, full=True),
    )
    async def tokens(ls: KubelensServer, params: types.SemanticTokensParams) -> types.SemanticTokens:
        view, source = await ls.latest(params.text_document.uri)
        if source is None or not is_template(view, key_of(params.text_document.uri)):
            return types.SemanticTokens([])
        return await ls.read(template_tokens.template_tokens, source, ls.encoding)


_Others = Callable[[View, Resource], list[Resource]]


def _meant(view: View, params: Any, encoding: str) -> list[Resource]:
    """The objects that a name under the cursor stands for, else the one around the cursor."""
    key = key_of(params.text_document.uri)
    symbols = [one for one in symbol_at(view, key, params.position, encoding) if one.owner is None]
    named = [
        one
        for symbol in symbols
        for one in view.snapshot.bundle.all(symbol.kind, symbol.scope or None)
        if one.name == symbol.name
    ]
    if named:
        return named
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    found = path_at(file, to_offset(file.source, params.position, encoding))
    around = view.snapshot.object_at(found[0]) if found is not None else None
    return [around] if around is not None else []


def _known(view: View, data: object) -> Resource | None:
    """The object of an item that was told before, where it is there still."""
    if not isinstance(data, list) or len(data) != 4:
        return None
    key, kind, namespace, name = data
    found = (one for one in view.snapshot.bundle.all(str(kind)) if (one.namespace, one.name) == (namespace, name))
    return next((one for one in found if one.place.uri == key), None)


def _spot(view: View, resource: Resource, encoding: str) -> Spot:
    source = view.source(resource.place.uri)
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    told = [resource.place.uri, resource.kind, resource.namespace, resource.name]
    if source is None:
        return uri_of(resource.place.uri), nowhere, nowhere, told
    span, name = whole_object(view.snapshot, resource), view.snapshot.locate(resource.place.at("metadata", "name"))
    whole = to_range(source, span, encoding)
    inside = span.start <= name.start <= name.end <= span.end
    return uri_of(resource.place.uri), whole, to_range(source, name, encoding) if inside else whole, told


def _call_item(view: View, resource: Resource, encoding: str) -> types.CallHierarchyItem:
    uri, whole, name, told = _spot(view, resource, encoding)
    where = resource.namespace or None
    return types.CallHierarchyItem(title(resource), types.SymbolKind.Class, uri, whole, name, detail=where, data=told)


def _kind_item(view: View, resource: Resource, encoding: str) -> types.TypeHierarchyItem:
    uri, whole, name, told = _spot(view, resource, encoding)
    where = resource.namespace or None
    return types.TypeHierarchyItem(title(resource), types.SymbolKind.Class, uri, whole, name, detail=where, data=told)


def _location(view: View, resource: Resource, encoding: str) -> types.Location:
    uri, _, name, _ = _spot(view, resource, encoding)
    return types.Location(uri, name)


def _range(view: View, place: Place, encoding: str) -> types.Range:
    source = view.source(place.uri)
    if source is None:
        return types.Range(types.Position(0, 0), types.Position(0, 0))
    return to_range(source, view.snapshot.locate(place), encoding)
