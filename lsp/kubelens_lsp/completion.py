"""Completion: kinds, apiVersions, fields and allowed values, what exists, and whole objects.

It says itself what is replaced: editors differ in what they hold for the word before the cursor.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lsprotocol import types
from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.text import Source, Span
from kubelens.syntax.tree import Scalar, Sequence, resolve
from kubelens_lsp.chart_here import ChartHere, charts_here, is_template, is_values
from kubelens_lsp.convert import to_offset, to_range
from kubelens_lsp.cursor import Cursor, Role, cursor_at, text_in, value_in
from kubelens_lsp.delivered_paths import delivered_paths
from kubelens_lsp.existing import existing
from kubelens_lsp.form import Field, Form, form_of, kinds_in_reach
from kubelens_lsp.known_values import known_keys, known_values
from kubelens_lsp.kustomize_paths import path_values
from kubelens_lsp.kustomize_targets import target_values
from kubelens_lsp.order import rank
from kubelens_lsp.scenario_completion import is_scenario_here, scenario_form, scenario_values
from kubelens_lsp.snippets import SNIPPETS, as_plain
from kubelens_lsp.template_actions import masked
from kubelens_lsp.template_completion import template_items
from kubelens_lsp.values_completion import values_items
from kubelens_lsp.view import View

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
    heres = charts_here(asked.view, source.uri)
    if is_template(asked.view, source.uri):
        found = template_items(asked.view, heres, source, offset)
        if found is not None:
            return _with_edits(asked, *found, offset)
        source = Source(source.uri, masked(source.text))
    elif is_values(heres, source.uri):
        return _of_values(asked, heres, offset)
    cursor = cursor_at(source, offset)
    if cursor is None:
        return []
    file = posixpath.basename(source.uri)
    if not _is_manifest(cursor, file):
        return []
    return _placed(asked, cursor, list(_offered(asked, cursor, file)), offset)


def _of_values(asked: Asked, heres: list[ChartHere], offset: int) -> list[types.CompletionItem]:
    found = values_items(asked.view, heres, asked.source, offset)
    return _placed(asked, *found, offset) if found is not None else []


def _with_edits(asked: Asked, start: int, items: list[types.CompletionItem], offset: int) -> list[types.CompletionItem]:
    """Items that take the place of the word that begins at ``start``."""
    replaced = to_range(asked.source, Span(start, offset), asked.encoding)
    for item in items:
        item.text_edit = types.TextEdit(replaced, item.label)
        item.filter_text = item.label
    return items


def _placed(asked: Asked, cursor: Cursor, items: list[types.CompletionItem], offset: int) -> list[types.CompletionItem]:
    source = asked.source
    replaced = to_range(source, Span(offset - len(cursor.typed), offset), asked.encoding)
    out: dict[str, types.CompletionItem] = {}
    for item in items:
        text = item.insert_text or item.label
        item.text_edit = types.TextEdit(replaced, f"- {text}" if cursor.dash else text)
        item.filter_text = text if item.kind is Kind.Reference else item.label
        item.insert_text = None
        if cursor.shift:
            item.additional_text_edits = [_right_column(asked.position.line, cursor)]
        if cursor.dash:
            item.label = item.filter_text = f"- {item.label}"
        out.setdefault(item.label, item)
    return list(out.values())


def _offered(asked: Asked, cursor: Cursor, file: str) -> Iterator[types.CompletionItem]:
    bundle = asked.view.snapshot.bundle
    scenario = is_scenario_here(cursor)
    whole = scenario_form() if scenario else form_of(bundle, asked.view.release, cursor.gvk, file)
    form = _reached(whole, cursor)
    kind = cursor.gvk.kind if cursor.gvk is not None else ""
    if cursor.role is Role.KEY:
        yield from _fields(asked, cursor, form, file)
        for number, text in enumerate(path_values(asked.view, asked.source.uri, cursor)):
            yield types.CompletionItem(text, kind=Kind.File, sort_text=f"0{number:03}")
        for text in (*existing(cursor, bundle), *known_keys(cursor, kind)):
            if text not in cursor.beside:
                written = text if cursor.ends or cursor.quoted else f"{text}: "
                yield types.CompletionItem(text, kind=Kind.Reference, insert_text=written)
        if form is not None and form.shape == "list":
            return
        if cursor.path or cursor.indent or is_kustomization_name(file) or _has_head(cursor) or scenario:
            return
        for name, text in SNIPPETS.items():
            yield _snippet(name, text, asked.snippets)
        return
    if cursor.role is Role.VALUE and not cursor.parents and cursor.key in ("kind", "apiVersion"):
        yield from _head(asked, cursor)
        return
    listed, only = known_values(cursor, kind)
    values = () if only or form is None else form.values()
    taken = _taken(cursor)
    for number, value in enumerate(one for one in dict.fromkeys((*listed, *values)) if one not in taken):
        yield types.CompletionItem(
            value, kind=Kind.EnumMember, insert_text=_written(cursor, value), sort_text=f"1{number:03}"
        )
    named = scenario_values(cursor, bundle) if scenario else existing(cursor, bundle)
    view, key = asked.view, asked.source.uri
    beside = (*path_values(view, key, cursor), *target_values(view, key, cursor), *delivered_paths(view, key, cursor))
    for number, text in enumerate(one for one in dict.fromkeys((*beside, *named)) if one not in taken):
        yield types.CompletionItem(
            text, kind=Kind.Reference, insert_text=_written(cursor, text), sort_text=f"0{number:03}"
        )


def _right_column(line: int, cursor: Cursor) -> types.TextEdit:
    """The blanks before the word, as many as the lines around it have."""
    there = types.Range(types.Position(line, 0), types.Position(line, cursor.indent - cursor.shift))
    return types.TextEdit(there, " " * cursor.indent)


def _reached(form: Form | None, cursor: Cursor) -> Form | None:
    """The form at the cursor; of a key the object it belongs to, of a list's item the item."""
    for step in cursor.path:
        form = form.below(step) if form is not None else None
    if form is not None and form.shape == "list" and (cursor.role is Role.ITEM or cursor.dash):
        return form.below(0)
    return form


def _fields(asked: Asked, cursor: Cursor, form: Form | None, file: str) -> Iterator[types.CompletionItem]:
    if form is None:
        head = ("apiVersion", "kind", "metadata", "spec") if not cursor.path and not cursor.indent else ()
        for name in head:
            if name not in cursor.beside:
                ends = ":" if name in ("metadata", "spec") else ": "
                yield types.CompletionItem(name, kind=Kind.Field, insert_text=name if cursor.ends else f"{name}{ends}")
        return
    if form.shape == "leaf":
        known = known_values(cursor, cursor.gvk.kind if cursor.gvk else "")[0]
        for value in dict.fromkeys((*form.values(), *known)) if _is_item(cursor) else ():
            if value not in _taken(cursor):
                yield types.CompletionItem(value, kind=Kind.EnumMember)
        return
    for field in form.fields():
        if field.name in cursor.beside or field.name.startswith("(") or (field.name == "status" and not cursor.path):
            continue
        item = _insertion(asked, cursor, field)
        item.detail = field.type + (" (required)" if field.required else "")
        item.documentation = field.prose or None
        item.sort_text = f"{rank(field, cursor.gvk.kind if cursor.gvk else '', cursor.path)}{field.name}"
        yield item


def _taken(cursor: Cursor) -> frozenset[str]:
    """What stands in the list around an item already: values that are known stand there once."""
    around = next((one for one in reversed(cursor.around) if isinstance(one, Sequence)), None)
    own = next((step for step in reversed(cursor.path) if isinstance(step, int)), None)
    if around is None or (cursor.role is not Role.ITEM and not _is_item(cursor)):
        return frozenset()
    others = (resolve(item) for number, item in enumerate(around.items) if number != own)
    return frozenset(one.text for one in others if isinstance(one, Scalar)) - {cursor.typed}


def _is_item(cursor: Cursor) -> bool:
    """Whether a key that is read may as well be an item: a word behind a dash."""
    return bool(cursor.path) and isinstance(cursor.path[-1], int)


def _insertion(asked: Asked, cursor: Cursor, field: Field) -> types.CompletionItem:
    """A field with its colon, and where it holds others, their line, with those that must be there."""
    item = types.CompletionItem(field.name, kind=Kind.Field, insert_text=field.name)
    shape = field.form.shape
    if cursor.ends:
        return item
    item.insert_text = f"{field.name}:" if shape != "leaf" and not _in_flow(cursor) else f"{field.name}: "
    if shape == "leaf" or _in_flow(cursor) or not asked.as_is:
        return item
    indent = cursor.indent + (2 if cursor.dash else 0)
    below = " " * (indent if shape == "list" and not cursor.dashed else indent + cursor.step)
    required = [one.name for one in field.form.fields() if one.required] if shape == "object" else []
    item.insert_text_mode = types.InsertTextMode.AsIs
    if asked.snippets and required:
        lines = [f"{below}{name}: ${number}" for number, name in enumerate(required, 1)]
        item.insert_text = "\n".join([f"{field.name}:", *lines])
        item.insert_text_format = types.InsertTextFormat.Snippet
    else:
        item.insert_text = f"{field.name}:\n{below}{'- ' if shape == 'list' else ''}"
    return item


def _in_flow(cursor: Cursor) -> bool:
    return any(one.flow for one in cursor.around)


def _written(cursor: Cursor, value: str) -> str:
    """A value as YAML writes it: a text that would be read as something else in quotes."""
    if not cursor.quoted and value[:1] in ("*", "&", "!", "%", "@", "`"):
        return f'"{value}"'
    return value


def _head(asked: Asked, cursor: Cursor) -> Iterator[types.CompletionItem]:
    """Kinds and versions, as far as the other of both allows."""
    version, kind = text_in(cursor.root, "apiVersion"), text_in(cursor.root, "kind")
    group = version.rpartition("/")[0] if version else None
    reach = list(kinds_in_reach(asked.view.snapshot.bundle, asked.view.release, group))
    for one in reach:
        if cursor.key == "kind" and version in (None, "", one.api_version):
            item = types.CompletionItem(one.kind, kind=Kind.Class)
            item.additional_text_edits = _version_line(asked, cursor, one.kind, reach)
            yield item
        if cursor.key == "apiVersion" and kind in (None, "", one.kind):
            yield types.CompletionItem(one.api_version, kind=Kind.Module)


def _version_line(
    asked: Asked, cursor: Cursor, kind: str, reach: list[GroupVersionKind]
) -> list[types.TextEdit] | None:
    """The ``apiVersion`` of a kind, written above it where there is none yet; the most stable one."""
    if value_in(cursor.root, "apiVersion") is not None or _in_flow(cursor):
        return None
    known = {one.api_version for one in reach if one.kind == kind}
    stable = sorted(
        known, key=lambda v: ("alpha" in v, "beta" in v, v.startswith(("extensions/", "events.k8s.io/")), v)
    )
    if not stable:
        return None
    at = types.Position(asked.position.line, 0)
    return [types.TextEdit(types.Range(at, at), f"{' ' * (cursor.indent - len('kind: '))}apiVersion: {stable[0]}\n")]


def _has_head(cursor: Cursor) -> bool:
    return bool({"apiVersion", "kind"} & cursor.beside.keys())


def _is_manifest(cursor: Cursor, file: str) -> bool:
    """Whether the document is an object, is going to be one, or is a kustomization: not some other file of YAML."""
    if is_kustomization_name(file) or cursor.gvk is not None or is_scenario_here(cursor):
        return True
    outermost = cursor.beside if not cursor.path or (cursor.role is not Role.KEY and len(cursor.path) == 1) else None
    if outermost is None:
        return _has_head_of(cursor)
    return outermost.keys() <= {"apiVersion", "kind", "metadata", "spec", "data", "status", "type"} or _has_head_of(
        cursor
    )


def _has_head_of(cursor: Cursor) -> bool:
    return text_in(cursor.root, "kind") is not None or text_in(cursor.root, "apiVersion") is not None


def _snippet(kind: str, text: str, snippets: bool) -> types.CompletionItem:
    return types.CompletionItem(
        f"{kind} (whole object)",
        kind=Kind.Snippet,
        insert_text=text if snippets else as_plain(text),
        insert_text_format=types.InsertTextFormat.Snippet if snippets else types.InsertTextFormat.PlainText,
    )
