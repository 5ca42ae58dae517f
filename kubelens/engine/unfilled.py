"""Texts that wait to be filled in: Helm templates, and files of other template languages or with variables."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final

from msgspec.structs import replace

from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.loader import STANDARD_INPUT, Loaded, Status
from kubelens.engine.parsed_file import ParsedFile
from kubelens.kube.manifest import Manifest
from kubelens.kube.placeholder import has_variable, is_template_text
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem, Source
from kubelens.syntax.tree import Document

_EXPRESSION: Final = pattern(r"\{\{-?\s*[^\s{}]")
_AS_A_VALUE: Final = pattern(r"^\s*(- )?(\{\{|[\w./-]+:\s+\{\{)")
"""A line whose expression a parser may stumble over one line later."""
_OF_HELM: Final = pattern(r"\{\{-?\s*(?:[\w]+\s+)*\(?\$?(?:\.(?:Values|Release|Chart)\b|include\s)")
"""What Helm alone fills in."""
_NOTHING: Final = pattern(r"\s*(#|$)")
_QUOTED: Final = pattern(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|(?:^|\s)#.*")
_MARK: Final = pattern(
    r"(?m)^(?P<indent>[ ]*(?:- +)*)(?P<key>[\w./-]+):[ ]+(?:#{1,3}[A-Za-z_][\w.-]*#{1,3}|#\{[^{}\s]+\}#?)[ ]*$"
)
_BLOCK: Final = pattern(r":\s+[|>][-+1-9]*\s*(#.*)?$|^\s*- [|>][-+1-9]*\s*(#.*)?$")
TEMPLATED: Final = "holds template expressions ({{ ... }}) and is no manifest before they are filled in"
VARIABLES: Final = "names its objects by variables (${...}) and is no manifest before they are filled in"
MARKS: Final = (
    "holds marks in place of values (##NAME##), comments for YAML, and is no manifest before they are filled in"
)
BY_YTT: Final = "is a template of ytt (#@ ...) and no manifest before it is filled in"
_OF_YTT: Final = pattern(r"^#@(?:data/|overlay/|[ \t]+(?:load|def|if|for)\b)|^[^#\n]*:[ \t]+#@[ \t]", re.MULTILINE)
UNFILLED: Final = "holds a template's text and is no YAML before that is filled in"


def chart_of(uri: str) -> str:
    """The chart a file under ``templates/`` belongs to, ``""`` for other files."""
    if "templates/" not in uri:
        return ""
    parts = PurePosixPath(uri).parts
    if "templates" in parts[:-1]:
        return "/".join(parts[: parts.index("templates")]) or "."
    return ""


def charts_among(folders: Iterable[str], files: Container[str]) -> tuple[str, ...]:
    """Those of some folders with templates that are charts: other tools call their templates' folder so too."""
    return tuple(
        folder
        for folder in dict.fromkeys(folders)
        if (CHART_FILE if folder == "." else f"{folder}/{CHART_FILE}") in files
    )


def is_in_a_chart(uri: str, uris: Container[str]) -> bool:
    """Whether a chart is around a file: what stands beside its templates may be printed by them."""
    return any(str(folder / CHART_FILE) in uris for folder in PurePosixPath(uri).parents)


def is_left_to_a_template(loaded: Loaded, problems: Iterable[Problem], uris: Container[str]) -> bool:
    """Whether all that cannot be read of a text is a template's: each line at fault holds an expression.

    Empty braces are none, and braces in comments and quotes break nothing. What comes by standard input, or was
    rendered, is no template any more: braces were left over. So were Helm's where none of ``uris``, the files there are,
    makes a chart of a folder around it.
    """
    source = loaded.source
    if source is None or loaded.uri == STANDARD_INPUT or not loaded.editable:
        return False
    lines = {source.position(problem.span.start).line for problem in problems}
    if not lines or not all(_is_a_template_s(source, line) for line in lines):
        return False
    return is_in_a_chart(loaded.uri, uris) or not any(
        _OF_HELM.search(_QUOTED.sub("", source.line_text(near)))
        for line in lines
        for near in (line, _before(source, line))
    )


def _is_a_template_s(source: Source, line: int) -> bool:
    text = source.line_text(line)
    if _EXPRESSION.search(_QUOTED.sub("", text)):
        return True
    before = _before(source, line)
    if text.startswith("\t") or not _AS_A_VALUE.search(source.line_text(before)):
        return False
    return not _is_in_a_block(source, before)


def _is_in_a_block(source: Source, line: int) -> bool:
    """Whether a line is text of a block scalar (``x: |``), in which braces break nothing."""
    depth = _indentation(source.line_text(line))
    for above in range(line - 1, -1, -1):
        text = source.line_text(above)
        if depth == 0:
            return False
        if text.strip() and _indentation(text) < depth:
            if _BLOCK.search(text):
                return True
            depth = _indentation(text)
    return False


def _indentation(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _before(source: Source, line: int) -> int:
    """The line before one that is neither empty nor a comment; the line itself where there is none."""
    return next((n for n in range(line - 1, -1, -1) if not _NOTHING.match(source.line_text(n))), line)


def has_expression_as_value(source: Source) -> bool:
    """Whether an expression stands where YAML has a value, ``namespace: {{ .app }}``: a parser takes it for two maps."""
    return any(_AS_A_VALUE.search(_QUOTED.sub("", line)) for line in source.text.splitlines() if "{{" in line)


def is_broken_by_a_template(source: Source, problems: Iterable[Problem]) -> bool:
    """Whether a line that YAML cannot read is another language's: ``{% if %}``, ``@NAME@``, ``{registry}/app``."""
    lines = (source.position(p.span.start).line for p in problems if p.kind == "syntax")
    return is_template_text(source.line_text(line) for line in lines)


def unfilled_documents(
    loaded: Loaded, documents: Iterable[Document], problems: Sequence[Problem], uris: Container[str]
) -> frozenset[int]:
    """The documents that cannot be read for want of a template's values; none where one is broken for another reason."""
    if not is_left_to_a_template(loaded, problems, uris):
        return frozenset()
    starts = [problem.span.start for problem in problems]
    return frozenset(
        d.index
        for d in documents
        if (d.root is None or _is_an_expression(d)) and any(d.start <= at <= d.end for at in starts)
    )


def _is_an_expression(document: Document) -> bool:
    """Whether all that a parser reads of a document is a line of a template, ``{{ if .x }}``, which it takes for two maps."""
    root = document.root
    return root is not None and document.source.text.startswith("{{", root.start)


def unfilled_reason(documents: Collection[int]) -> str:
    """Which documents of a file wait to be filled in, by their numbers from 1."""
    numbers = [str(number + 1) for number in sorted(documents)]
    if len(numbers) == 1:
        return f"document {numbers[0]} {TEMPLATED}"
    return f"documents {', '.join(numbers[:-1])} and {numbers[-1]} hold template expressions ({{{{ ... }}}}) and are left out"


def is_left_to_fill(loaded: Loaded, manifest: Manifest, uris: Container[str]) -> bool:
    """Whether an object waits for a template: its name is an expression, or all that decodes to nothing is one.

    No server takes an expression as a name, so something fills it in.
    """
    if any("{{" in resource.name and "}}" in resource.name for resource in manifest.resources):
        return True
    return bool(manifest.problems) and is_left_to_a_template(loaded, manifest.problems, uris)


def is_named_by_variable(manifest: Manifest) -> bool:
    """Whether an object's name or namespace is a variable of envsubst, clusterctl or Flux."""
    return any(has_variable(r.name) or has_variable(r.namespace) for r in manifest.resources)


def filled_in_by_name(file: ParsedFile, manifests: Sequence[Manifest], transformed: bool) -> ParsedFile | None:
    """A file whose objects are called by variables, or holds marks in place of values; None for all others.

    Of what waits only versions and kinds are looked at. ``transformed``: a kustomization fills in its variables.
    """
    if file.source is None:
        return None
    if "$" in file.source.text and not transformed and any(map(is_named_by_variable, manifests)):
        heads = tuple(map(only_head, manifests))
        return replace(file, status=Status.TEMPLATE, reason=VARIABLES, manifests=heads)
    if file.loaded.made is None and manifests and is_of_ytt(file.source.text):
        return replace(file, status=Status.TEMPLATE, reason=BY_YTT, manifests=tuple(map(only_head, manifests)))
    marks = _marks(file.source) if "#" in file.source.text and file.loaded.made is None else []
    waiting = [any(m.document.start <= mark <= m.document.end for mark in marks) for m in manifests]
    if not any(waiting):
        return None
    left = tuple(only_head(m) if waits else m for m, waits in zip(manifests, waiting, strict=True))
    return replace(file, status=Status.TEMPLATE, reason=MARKS, manifests=left)


def _marks(source: Source) -> list[int]:
    """Where a mark stands for a value that YAML takes for a comment: ``name: ##NAME##``, ``name: #{Name}#``.

    A comment on a key that has something below it marks nothing, nor does text of a block.
    """
    return [
        found.start()
        for found in _MARK.finditer(source.text)
        if not _has_a_value_below(source, source.position(found.start("key")).line, len(found["indent"]))
        and not _is_in_a_block(source, source.position(found.start("key")).line)
    ]


def _has_a_value_below(source: Source, line: int, depth: int) -> bool:
    for below in range(line + 1, len(source.line_starts)):
        text = source.line_text(below)
        if not _NOTHING.match(text):
            at = _indentation(text)
            return at > depth or (at == depth and text.lstrip().startswith("- "))
    return False


def only_head(manifest: Manifest) -> Manifest:
    """A manifest of which only the versions and kinds of its objects are looked at: the rest waits to be filled in."""
    heads = (
        replace(one, value={key: one.value[key] for key in ("apiVersion", "kind") if key in one.value}, partial=True)
        for one in manifest.resources
        if not has_variable(one.gvk.api_version) and not has_variable(one.kind)
    )
    return replace(manifest, resources=tuple(heads))


def is_of_ytt(text: str) -> bool:
    """Whether a text is a template of ytt, whose words stand in comments: what they fill in is empty or missing before."""
    return "#@" in text and _OF_YTT.search(text) is not None
