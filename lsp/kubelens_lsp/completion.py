"""Completion: kinds, apiVersions, fields and allowed values, and whole objects.

It works on lines, so that a text broken by typing is no obstacle, and says itself what is replaced: editors differ in
what they hold for the word before the cursor.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types
from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import description, enum, schemas
from kubelens.syntax.text import Source, Span
from kubelens_lsp.convert import to_offset, to_range
from kubelens_lsp.custom import Schema, custom_kinds, custom_schema, inside, schema_at, type_of
from kubelens_lsp.existing import Cursor, existing
from kubelens_lsp.insight import as_yaml, shortened, type_name
from kubelens_lsp.lines import ENTRY, document_lines, gvk_of, header, parent_lines, siblings
from kubelens_lsp.session import View
from kubelens_lsp.snippets import SNIPPETS, as_plain

Kind = types.CompletionItemKind


class Asked(Struct, frozen=True):
    """A place at which something is to be completed. ``source`` may be newer than the analysis.

    ``snippets``: whether the client knows snippets; ``as_is``: whether it inserts several lines as they are.
    """

    view: View
    source: Source
    position: types.Position
    encoding: str
    snippets: bool = False
    as_is: bool = False


def completions(asked: Asked) -> list[types.CompletionItem]:
    """What can stand at the cursor."""
    source = asked.source
    offset = to_offset(source, asked.position, asked.encoding)
    line = source.position(offset).line
    match = ENTRY.match(source.text[source.line_starts[line] : offset])
    if match is None or match["key"].startswith("#"):
        return []
    start, end = document_lines(source, line)
    lines = [source.line_text(n) for n in range(start, end)]
    above = parent_lines(lines, line - start, len(match["indent"]))
    key = match["key"] if match["colon"] else ""
    cursor = Cursor(asked.view, lines, line - start, len(match["indent"]), tuple(above), key)
    gvk = gvk_of(lines)
    if match["colon"]:
        typed = match["value"].lstrip("\"'")
        items = [*_values(cursor, gvk, key), *existing(cursor)]
    else:
        typed = match["key"]
        ends = source.text[offset : source.line_end(line)].lstrip(" ").startswith(":")
        items = [*_fields(asked, cursor, gvk, ends=ends), *existing(cursor)]
        if not above and not match["indent"] and not header(lines):
            items += [_snippet(kind, text, asked.snippets) for kind, text in SNIPPETS.items()]
    replaced = to_range(source, Span(offset - len(typed), offset), asked.encoding)
    out: dict[str, types.CompletionItem] = {}
    for item in items:
        item.text_edit = types.TextEdit(replaced, item.insert_text or item.label)
        item.filter_text = item.insert_text if item.kind is Kind.Reference else item.label
        item.insert_text = None
        if key == "kind" and not above:
            item.additional_text_edits = _version_line(asked, lines, start + _line_of_kind(lines), item.label)
        out.setdefault(item.label, item)
    return list(out.values())


def _form(view: View, gvk: GroupVersionKind, parents: list[str]) -> tuple[str, str] | None:
    """(type, field) of the innermost key; the type of the object itself for none."""
    known = schemas(view.release)
    schema = known.kind(gvk)
    if schema is None:
        return None
    name = schema.name
    for step in parents:
        code = known.type(name).fields.get(step)
        if code is None:
            return None
        bare = code.lstrip("[{")
        if not bare.startswith("#"):
            return (name, step) if step == parents[-1] else None
        name = bare[1:]
    return name, ""


def _custom(view: View, gvk: GroupVersionKind, parents: list[str]) -> Schema | None:
    """The schema of the innermost key, where a definition among the manifests has one."""
    schema = custom_schema(view.snapshot.bundle, gvk)
    found = schema_at(schema, parents) if schema is not None else None
    return inside(found) if found is not None else None


def _fields(
    asked: Asked, cursor: Cursor, gvk: GroupVersionKind | None, *, ends: bool
) -> Iterator[types.CompletionItem]:
    parents = cursor.parents
    there = siblings(cursor.lines, cursor.line, cursor.indent)
    if gvk is None:
        for word in ("apiVersion", "kind", "metadata", "spec") if not parents and not cursor.indent else ():
            if word not in there:
                yield _field(asked, cursor, word, "s" if word in ("apiVersion", "kind") else "#", ends)
        return
    if (found := _form(asked.view, gvk, parents)) is not None and not found[1]:
        schema = schemas(asked.view.release).type(found[0])
        for name, form in schema.fields.items():
            if name not in there and not (name == "status" and not parents):
                item = _field(asked, cursor, name, form, ends)
                item.detail = type_name(form) + (" (required)" if name in schema.required else "")
                item.documentation = shortened(description(schema.name, name), 600) or None
                item.sort_text = ("0" if name in schema.required else "1") + name
                yield item
    elif (custom := _custom(asked.view, gvk, parents)) is not None:
        for name, inner in fields.mapping(custom, "properties").items():
            if name not in there and isinstance(inner, dict):
                form = {"object": "#", "array": "["}.get(str(inner.get("type")), "s")
                item = _field(asked, cursor, name, form, ends)
                item.detail = type_of(inner) + (" (required)" if name in (custom.get("required") or ()) else "")
                item.documentation = shortened(fields.text(inner, "description"), 600) or None
                yield item


def _field(asked: Asked, cursor: Cursor, name: str, form: str, ends: bool) -> types.CompletionItem:
    item = types.CompletionItem(name, kind=Kind.Field, insert_text=name if ends else f"{name}: ")
    if not ends and form[:1] in ("#", "[", "{"):
        item.insert_text = f"{name}:"
        if asked.as_is:
            below = " " * (cursor.indent + 2) + ("- " if form[:1] == "[" else "")
            item.insert_text = f"{name}:\n{below}"
            item.insert_text_mode = types.InsertTextMode.AsIs
    return item


def _values(cursor: Cursor, gvk: GroupVersionKind | None, key: str) -> Iterator[types.CompletionItem]:
    view, parents = cursor.view, cursor.parents
    known = schemas(view.release)
    if not parents and key in ("kind", "apiVersion"):
        written = header(cursor.lines)
        for one in (*known.kinds(), *custom_kinds(view.snapshot.bundle)):
            if key == "kind" and written.get("apiVersion") in (None, one.api_version):
                yield types.CompletionItem(one.kind, kind=Kind.Class)
            if key == "apiVersion" and written.get("kind") in (None, one.kind):
                yield types.CompletionItem(one.api_version, kind=Kind.Module)
        return
    if gvk is None:
        return
    if (found := _form(view, gvk, parents)) is not None and not found[1]:
        for value in enum(found[0], key):
            yield types.CompletionItem(value, kind=Kind.EnumMember)
        if known.type(found[0]).fields.get(key) == "b":
            for word in ("true", "false"):
                yield types.CompletionItem(word, kind=Kind.Value)
    elif (custom := _custom(view, gvk, parents)) is not None:
        inner = fields.mapping(fields.mapping(custom, "properties"), key)
        values = inner.get("enum")
        for value in values if isinstance(values, list) else ():
            yield types.CompletionItem(as_yaml(value), kind=Kind.EnumMember)
        if inner.get("type") == "boolean":
            for word in ("true", "false"):
                yield types.CompletionItem(word, kind=Kind.Value)


def _line_of_kind(lines: list[str]) -> int:
    return next((n for n, text in enumerate(lines) if text.startswith("kind:")), 0)


def _version_line(asked: Asked, lines: list[str], line: int, kind: str) -> list[types.TextEdit] | None:
    """The ``apiVersion`` of a kind, written above it where there is none yet; the most stable one."""
    if "apiVersion" in header(lines) or any(text.startswith("apiVersion:") for text in lines):
        return None
    everything = (*schemas(asked.view.release).kinds(), *custom_kinds(asked.view.snapshot.bundle))
    known = {one.api_version for one in everything if one.kind == kind}
    stable = sorted(
        known, key=lambda v: ("alpha" in v, "beta" in v, v.startswith(("extensions/", "events.k8s.io/")), v)
    )
    if not stable:
        return None
    at = types.Position(line, 0)
    return [types.TextEdit(types.Range(at, at), f"apiVersion: {stable[0]}\n")]


def _snippet(kind: str, text: str, snippets: bool) -> types.CompletionItem:
    return types.CompletionItem(
        f"{kind} (whole object)",
        kind=Kind.Snippet,
        insert_text=text if snippets else as_plain(text),
        insert_text_format=types.InsertTextFormat.Snippet if snippets else types.InsertTextFormat.PlainText,
    )
