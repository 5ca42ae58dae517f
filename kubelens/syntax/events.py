"""YAML of any form, from libyaml's events to nodes of our own.

ruamel.yaml's ``CParser`` (libyaml) does the reading; without it ruamel's pure parser gives the same marks,
far slower. End marks of block collections and block scalars overrun: they are trimmed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any, Final

from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem, Span
from kubelens.syntax.tree import MOST_NODES, Alias, Mapping, Node, Scalar, Sequence

try:
    from _ruamel_yaml import CParser as _CParser
except ImportError:  # pragma: no cover - only without libyaml
    _CParser = None

_DIRECTIVE: Final = pattern(r"(?:[^\S\n]*(?:#[^\n]*)?\n)*(%[A-Z][^\r\n]*)")
_TAB: Final = pattern(r"^ *(\t+)", re.MULTILINE)
_COLON_IN_FLOW: Final = "found unexpected ':'"
_PURE_LIMIT: Final = 1_000_000
MAX_DEPTH: Final = 1000


class _Broken(Exception):
    """A document that cannot be read to its end."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def compose(chunk: str, base: int) -> tuple[Node | None, list[Problem]]:
    """The tree of the first document in a chunk that begins at offset ``base`` of its source.

    A chunk that cannot be read gives None and the one problem.
    """
    try:
        return _compose(chunk, base)
    except _Broken as broken:
        return None, [broken.problem]


def _compose(chunk: str, base: int) -> tuple[Node | None, list[Problem]]:
    try:
        next_event, dispose = _events(chunk)
    except Exception as error:  # noqa: BLE001 - readers refuse control characters with many types
        raise _Broken(_problem(error, chunk, base)) from None
    problems: list[Problem] = []
    try:
        return _build(next_event, chunk, base, problems), problems
    except _Broken:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the reader raises is a problem of the text
        if getattr(error, "problem", None) == _COLON_IN_FLOW and len(chunk) < _PURE_LIMIT:
            return _compose_purely(chunk, base, error)
        raise _Broken(_problem(error, chunk, base)) from None
    finally:
        dispose()


def _events(chunk: str) -> tuple[Callable[[], Any], Callable[[], None]]:
    if _CParser is not None:
        parser = _CParser(str(chunk))
        return parser.get_event, parser.dispose
    return _pure_events(chunk)


def _pure_events(chunk: str) -> tuple[Callable[[], Any], Callable[[], None]]:
    """Events without libyaml: slower, and it reads ``[12:30]`` as go-yaml does, which old versions of libyaml refuse."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - the slow way, only without libyaml

    pure = iter(YAML(typ="safe", pure=True).parse(chunk))  # type: ignore[no-untyped-call,unused-ignore]
    return (lambda: next(pure)), (lambda: None)


def _compose_purely(chunk: str, base: int, first: Exception) -> tuple[Node | None, list[Problem]]:
    """A second try at a text that old versions of libyaml refuse for a colon in a flow collection."""
    problems: list[Problem] = []
    next_event, _ = _pure_events(chunk)
    try:
        return _build(next_event, chunk, base, problems), problems
    except Exception:  # noqa: BLE001 - the first reader's words are the better known ones
        raise _Broken(_problem(first, chunk, base)) from None


def _build(next_event: Callable[[], Any], chunk: str, base: int, problems: list[Problem]) -> Node | None:
    anchors: dict[str, Node] = {}
    stack: list[Mapping | Sequence] = []
    keys: list[Node | None] = []
    root: Node | None = None
    for number in count():
        event = next_event()
        if number > MOST_NODES:
            at = event.start_mark.index + base
            raise _Broken(Problem(Span(at, at + 1), f"more than {MOST_NODES:,} values in one document are not read"))
        kind = type(event)
        node: Node
        if kind is ScalarEvent:
            style = event.style or ""
            end = event.end_mark.index
            start = event.start_mark.index
            if style in ("|", ">"):
                end = _block_scalar_end(chunk, start, end)
            node = Scalar(event.value, style, event.tag, event.anchor, start + base, end + base)
            if event.anchor is not None:
                anchors[event.anchor] = node
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            make = Mapping if kind is MappingStartEvent else Sequence
            start = event.start_mark.index + base
            node = make([], event.tag, event.anchor, bool(event.flow_style), start, start)
            if event.anchor is not None:
                anchors[event.anchor] = node
            if len(stack) >= MAX_DEPTH:
                span = Span(node.start, node.start + 1)
                raise _Broken(Problem(span, f"nested more than {MAX_DEPTH} levels deep"))
            stack.append(node)
            keys.append(None)
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            node = stack.pop()
            keys.pop()
            _close(node, event.end_mark.index + base)
        elif kind is AliasEvent:
            target = anchors.get(event.anchor)
            node = Alias(event.anchor, target, event.start_mark.index + base, event.end_mark.index + base)
            if target is None:
                raise _Broken(Problem(node.span, f"alias *{event.anchor} has no anchor &{event.anchor} before it"))
        elif kind is StreamStartEvent or kind is DocumentStartEvent:
            continue
        elif kind is DocumentEndEvent:
            problems.extend(_dropped(next_event, chunk, base))
            return root
        elif kind is StreamEndEvent:
            return root
        else:  # pragma: no cover - libyaml has no other events
            continue
        if not stack:
            root = node
            continue
        parent = stack[-1]
        if type(parent) is Mapping:
            key = keys[-1]
            if key is None:
                keys[-1] = node
            else:
                parent.entries.append((key, node))
                keys[-1] = None
        else:
            parent.items.append(node)  # type: ignore[union-attr]
    return root


def _dropped(next_event: Callable[[], Any], chunk: str, base: int) -> list[Problem]:
    """What follows the end of a document before the next separator line: content that go-yaml never reads."""
    try:
        event = next_event()
        if type(event) is StreamEndEvent:
            return []
        offset = event.start_mark.index
    except Exception as error:  # noqa: BLE001 - whatever the reader raises, something stands there
        mark = getattr(error, "problem_mark", None)
        offset = mark.index if mark is not None else len(chunk.rstrip()) - 1
    offset = max(0, min(offset, len(chunk) - 1))
    message = "a second document after '...' without '---': kubectl drops it without a word"
    return [Problem(Span(base + offset, base + offset + 1), message, "dropped-document")]


def _close(node: Mapping | Sequence, end: int) -> None:
    if node.flow:
        node.end = end
    elif type(node) is Mapping:
        node.end = node.entries[-1][1].end if node.entries else end
    else:
        items = node.items  # type: ignore[union-attr]
        node.end = max(items[-1].end, node.start + 1) if items else end


def _block_scalar_end(chunk: str, start: int, end: int) -> int:
    """Where a block scalar's own content ends: less indented lines and comments after it do not count."""
    newline = chunk.find("\n", start, end)
    if newline < 0:
        return end
    last = newline
    position = newline + 1
    indentation = -1
    while position < end:
        stop = chunk.find("\n", position, end)
        stop = end if stop < 0 else stop
        line = chunk[position:stop]
        stripped = line.lstrip(" ")
        if stripped.strip():
            depth = len(line) - len(stripped)
            if indentation < 0:
                indentation = depth
            if depth < indentation:
                break
            last = stop
        position = stop + 1
    while last > start and chunk[last - 1] == "\r":
        last -= 1
    return last


def _problem(error: Exception, chunk: str, base: int) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    context = getattr(error, "context", None)
    if context and context not in message:
        message = f"{message} ({context})"
    offset = mark.index if mark is not None else getattr(error, "position", 0)
    if not isinstance(offset, int):
        offset = 0
    offset = min(offset, max(len(chunk.rstrip()) - 1, 0))
    end = min(offset + 1, len(chunk))
    if (directive := _DIRECTIVE.match(chunk)) is not None:
        span = Span(base + directive.start(1), base + directive.end(1))
        return Problem(
            span,
            f"{directive[1].strip()} before '---': Kubernetes splits documents at '---' and cannot read it",
            "directive",
        )
    if (tab := _TAB.search(chunk, chunk.rfind("\n", 0, offset + 1) + 1)) is not None and tab.start() <= offset + 1:
        message = f"YAML cannot be read: a tab at the beginning of a line ({message})"
        return Problem(Span(base + tab.start(1), base + tab.end(1)), message)
    start = getattr(getattr(error, "context_mark", None), "index", None)
    began = base + start if isinstance(start, int) and start < offset else None
    return Problem(Span(base + offset, base + max(end, offset)), f"YAML cannot be read: {message}", began=began)
