"""Which values the templates of a chart read, and whether they count on their being there.

A path is read with care where its absence was thought of: under ``if`` and ``with``, and in what is given to
``default``, ``required``, ``hasKey`` and their kin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final

from msgspec import Struct

from kubelens.render.chart.model import File
from kubelens.render.chart.values_methods import AS_MAP, METHODS
from kubelens.render.functions.library import library
from kubelens.render.origin import Text
from kubelens.render.template.engine import Engine
from kubelens.render.template.faults import LimitReached, ParseFault
from kubelens.render.template.nodes import (
    Action,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    If,
    Node,
    Pipe,
    Range,
    String,
    Template,
    Variable,
    With,
)
from kubelens.render.template.parser import parse
from kubelens.render.template.tree import Tree

_CAREFUL: Final = frozenset(
    "default required hasKey coalesce ternary dig get empty and or not eq ne has kindIs typeIs tpl include".split()
)
_ASKING: Final = frozenset("and or not eq ne lt le gt ge empty kindIs typeIs".split())
"""Functions that say something of a value and let it go."""
_VALUES: Final = "Values"
_NAMED: Final = 3
"""Words of a call of ``hasKey`` that is whole."""
_LONGEST: Final = 100
"""Steps of a path beyond which nobody wrote it by hand."""
_OPEN: Final = "unexpected EOF"
_Guards = tuple[tuple[str, ...], ...]
_Found = tuple[tuple[str, ...], Node, bool, "Use"]
"""A path that is read, the node that reads it, whether with care, and what for."""


class Use(Enum):
    """What becomes of a value that is read."""

    ASKED = "asked"
    """A condition asks something of it."""
    BY_NAME = "by name"
    """``with`` takes fields of it by their names."""
    TAKEN = "taken"
    """It is printed or handed on."""


class ValueRead(Struct, frozen=True):
    """A path below ``.Values`` that a template reads: in which file, at which offsets, and whether with care.

    One that is found by way of another value than ``.`` and ``$`` counts as read with care.
    """

    path: tuple[str, ...]
    file: str
    start: int
    end: int
    careful: bool
    use: Use = Use.TAKEN


class TemplateTrouble(Struct, frozen=True):
    """A file that is no template: in which line, and why."""

    file: str
    line: int
    message: str


def values_read(templates: Iterable[File]) -> list[ValueRead]:
    """What templates read; of files that are none, nothing, but for those in which a block lacks its ``end``."""
    reads: list[ValueRead] = []
    for file, trees in _trees(templates, []):
        for tree in trees.values():
            found: list[_Found] = []
            for statement in tree.body:
                _reads(statement, False, (), found)
            for path, node, careful, use in found:
                text = str(node)
                start = file.text.rfind(text, 0, node.start + len(text))
                start = node.start if start < 0 else start
                reads.append(ValueRead(path, file.path, start, start + len(text), careful, use))
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
            if fault.message == _OPEN and (trees := _so_far(file, engine)):
                yield file, trees
        except LimitReached:
            continue


def _so_far(file: File, engine: Engine) -> Mapping[str, Tree]:
    """What a file says in which a block lacks its ``end``: one fault does not hide the others."""
    try:
        return parse(file.name, Text.of(file.text), engine.functions, closed=False)
    except ParseFault:
        return {}


def _reads(part: Node | None, careful: bool, guards: _Guards, found: list[_Found], use: Use = Use.TAKEN) -> None:
    """Add all reads in a part of a template; ``guards``: what conditions around it read."""
    if isinstance(part, Field | Variable):
        names = part.names
        if _VALUES in names and len(names) <= _LONGEST:
            before = names.index(_VALUES)
            path = _below(names)
            far = before > 0 or (isinstance(part, Variable) and part.name != "$")
            guarded = careful or far or any(path[: len(guard) - 1] == guard[:-1] for guard in guards)
            found.append((path, part, guarded, use))
    elif isinstance(part, Action | Template):
        _reads(part.pipe, careful, guards, found)
    elif isinstance(part, Pipe):
        careful = careful or any(map(_is_careful, part.commands))
        use = Use.TAKEN if part.variables or len(part.commands) > 1 else use
        for command in part.commands:
            _reads(command, careful, guards, found, use)
    elif isinstance(part, Command):
        careful = careful or _is_careful(part)
        use = use if len(part.words) == 1 or (use is Use.ASKED and _called(part) in _ASKING) else Use.TAKEN
        named = _named(part)
        if named is not None:
            found.append(named)
            return
        for word in part.words:
            _reads(word, careful, guards, found, use)
    elif isinstance(part, If | With | Range):
        inside: list[_Found] = []
        _reads(part.pipe, True, guards, inside, _use_in(part))
        found += inside
        inner = (*guards, *(one[0] for one in inside if one[0]))
        for statement in part.body:
            _reads(statement, careful, inner, found)
        for statement in part.otherwise or ():
            _reads(statement, True, inner, found)
    elif isinstance(part, Chain):
        _reads(part.of, True, guards, found)
        if _VALUES in part.names:
            found.append((_below(part.names), part, True, use))


def _below(names: tuple[str, ...]) -> tuple[str, ...]:
    """The path below ``.Values`` that names lead to; a method reads all, but for ``AsMap``, of which more is read."""
    path = names[names.index(_VALUES) + 1 :]
    if path and path[0] in METHODS:
        return path[1:] if path[0] == AS_MAP else ()
    return path


def _named(part: Command) -> _Found | None:
    """What ``hasKey .Values.image "tag"`` asks for: that path alone."""
    if _called(part) != "hasKey" or len(part.words) != _NAMED:
        return None
    _, table, name = part.words
    if not isinstance(table, Field | Variable) or not isinstance(name, String) or _VALUES not in table.names:
        return None
    path = (*_below(table.names), name.text)
    return (path, table, True, Use.ASKED) if len(path) <= _LONGEST else None


def _use_in(part: If | With | Range) -> Use:
    """What a block does with the value in its head; ``with`` takes fields where its body hands on no bare dot."""
    if isinstance(part, If):
        return Use.ASKED
    by_name = isinstance(part, With) and not _has_dot(part.body)
    return Use.BY_NAME if by_name else Use.TAKEN


def _has_dot(part: object) -> bool:
    if isinstance(part, Dot):
        return True
    if isinstance(part, list | tuple):
        return any(map(_has_dot, part))
    return isinstance(part, Node) and any(_has_dot(getattr(part, name)) for name in part.__struct_fields__)


def _called(command: Command) -> str:
    first = command.words[0] if command.words else None
    return first.name if isinstance(first, Identifier) else ""


def _is_careful(command: Command) -> bool:
    return _called(command) in _CAREFUL
