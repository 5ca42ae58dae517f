"""Which values the templates of a chart read, and whether they count on their being there.

A path is read with care where its absence was thought of: under ``if`` and ``with``, and in what is given to
``default``, ``required``, ``hasKey`` and their kin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from kubelens.render.chart.model import File
from kubelens.render.functions.library import library
from kubelens.render.template.engine import Engine
from kubelens.render.template.faults import LimitReached, ParseFault
from kubelens.render.template.nodes import (
    Action,
    Chain,
    Command,
    Field,
    Identifier,
    If,
    Node,
    Pipe,
    Range,
    Template,
    Variable,
    With,
)
from kubelens.render.template.tree import Tree

_CAREFUL: Final = frozenset(
    "default required hasKey coalesce ternary dig get empty and or not eq ne has kindIs typeIs tpl include".split()
)
_VALUES: Final = "Values"
_Guards = tuple[tuple[str, ...], ...]
_Found = tuple[tuple[str, ...], Node, bool]
"""A path that is read, the node that reads it, and whether with care."""


class ValueRead(Struct, frozen=True):
    """A path below ``.Values`` that a template reads: in which file, at which offsets, and whether with care."""

    path: tuple[str, ...]
    file: str
    start: int
    end: int
    careful: bool


class TemplateTrouble(Struct, frozen=True):
    """A file that is no template: in which line, and why."""

    file: str
    line: int
    message: str


def values_read(templates: Iterable[File]) -> list[ValueRead]:
    """What templates read; of files that are none, nothing."""
    reads: list[ValueRead] = []
    for file, trees in _trees(templates, []):
        for tree in trees.values():
            found: list[_Found] = []
            for statement in tree.body:
                _reads(statement, False, (), found)
            for path, node, careful in found:
                text = str(node)
                start = file.text.rfind(text, 0, node.start + len(text))
                start = node.start if start < 0 else start
                reads.append(ValueRead(path, file.path, start, start + len(text), careful))
    return reads


def no_templates(files: Iterable[File]) -> list[TemplateTrouble]:
    """Which files cannot be read as templates."""
    trouble: list[TemplateTrouble] = []
    for _ in _trees(files, trouble):
        pass
    return trouble


def _trees(templates: Iterable[File], trouble: list[TemplateTrouble]) -> Iterator[tuple[File, Mapping[str, Tree]]]:
    """The files that are templates with what they hold; what is wrong with others is added to ``trouble``."""
    engine = Engine(library)
    for file in templates:
        try:
            yield file, engine.parse(file.name, file.text)
        except ParseFault as fault:
            trouble.append(TemplateTrouble(file.path, fault.line, fault.message))
        except LimitReached:
            continue


def _reads(part: Node | None, careful: bool, guards: _Guards, found: list[_Found]) -> None:
    """Add all reads in a part of a template; ``guards``: what conditions around it read."""
    if isinstance(part, Field | Variable):
        names = part.names
        if names and names[0] == _VALUES and (isinstance(part, Field) or part.name == "$"):
            path = names[1:]
            found.append((path, part, careful or any(path[: len(guard) - 1] == guard[:-1] for guard in guards)))
    elif isinstance(part, Action | Template):
        _reads(part.pipe, careful, guards, found)
    elif isinstance(part, Pipe):
        careful = careful or any(map(_is_careful, part.commands))
        for command in part.commands:
            _reads(command, careful, guards, found)
    elif isinstance(part, Command):
        careful = careful or _is_careful(part)
        for word in part.words:
            _reads(word, careful, guards, found)
    elif isinstance(part, If | With | Range):
        asked: list[_Found] = []
        _reads(part.pipe, True, guards, asked)
        found += asked
        inner = (*guards, *(path for path, _, _ in asked if path))
        for statement in part.body:
            _reads(statement, careful, inner, found)
        for statement in part.otherwise or ():
            _reads(statement, True, inner, found)
    elif isinstance(part, Chain):
        _reads(part.of, True, guards, found)


def _is_careful(command: Command) -> bool:
    first = command.words[0] if command.words else None
    return isinstance(first, Identifier) and first.name in _CAREFUL
