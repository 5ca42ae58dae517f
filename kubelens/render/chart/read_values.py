"""Which values the templates of a chart read, and whether they count on their being there.

A path is read with care where its absence was thought of: under ``if`` and ``with``, and in what is given to
``default``, ``required``, ``hasKey`` and their kin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from kubelens.render.chart.model import File
from kubelens.render.functions.library import library
from kubelens.render.template.engine import Engine
from kubelens.render.template.faults import LimitReached, ParseFault
from kubelens.render.template.nodes import Chain, Command, Field, Identifier, If, Node, Pipe, Range, Variable, With

_CAREFUL: Final = frozenset(
    "default required hasKey coalesce ternary dig get empty and or not eq ne has kindIs typeIs tpl include".split()
)
_VALUES: Final = "Values"
_Guards = tuple[tuple[str, ...], ...]


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


def values_read(templates: Iterable[File]) -> tuple[list[ValueRead], list[TemplateTrouble]]:
    """What templates read, and which files are none."""
    engine = Engine(library)
    reads: list[ValueRead] = []
    trouble: list[TemplateTrouble] = []
    for file in templates:
        try:
            trees = engine.parse(file.name, file.text)
        except ParseFault as fault:
            trouble.append(TemplateTrouble(file.path, fault.line, fault.message))
            continue
        except LimitReached:
            continue
        for tree in trees.values():
            for path, node, careful in _reads(tree.body, False, ()):
                text = str(node)
                start = file.text.rfind(text, 0, node.start + len(text))
                start = node.start if start < 0 else start
                reads.append(ValueRead(path, file.path, start, start + len(text), careful))
    return reads, trouble


def _reads(part: Any, careful: bool, guards: _Guards) -> Iterator[tuple[tuple[str, ...], Node, bool]]:
    """(path, node, whether with care) of all reads in a part of a template; ``guards``: what conditions around it read."""
    if isinstance(part, list):
        for one in part:
            yield from _reads(one, careful, guards)
        return
    if not isinstance(part, Node):
        return
    if isinstance(part, Field | Variable):
        names = part.names
        if names and names[0] == _VALUES and (isinstance(part, Field) or part.name == "$"):
            path = names[1:]
            yield path, part, careful or any(path[: len(guard) - 1] == guard[:-1] for guard in guards)
        return
    if isinstance(part, If | With | Range):
        asked = list(_reads(part.pipe, True, guards))
        yield from asked
        inner = (*guards, *(path for path, _, _ in asked if path))
        yield from _reads(part.body, careful, inner)
        yield from _reads(part.otherwise, True, inner)
        return
    if isinstance(part, Command):
        careful = careful or _is_careful(part)
    elif isinstance(part, Pipe):
        careful = careful or any(_is_careful(command) for command in part.commands)
    elif isinstance(part, Chain):
        careful = True
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if isinstance(value, list | Node):
            yield from _reads(value, careful, guards)


def _is_careful(command: Command) -> bool:
    first = command.words[0] if command.words else None
    return isinstance(first, Identifier) and first.name in _CAREFUL
