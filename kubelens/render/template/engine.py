"""A render: templates, the functions they call, and what it may take (Helm, ``pkg/engine``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from kubelens.render.depth import room
from kubelens.render.functions.rendering import Rendering
from kubelens.render.go.function import Function
from kubelens.render.origin import Text
from kubelens.render.template.builtins import builtins
from kubelens.render.template.faults import LimitReached
from kubelens.render.template.read_before import READ_BEFORE
from kubelens.render.template.scope import Scope
from kubelens.render.template.space import Limits, Space, Unit, Usage, without_no_values
from kubelens.render.template.statements import Statements, count
from kubelens.render.template.tree import Tree
from kubelens.syntax.pattern import pattern

_ACTIONS: Final = pattern(r"\{\{[^}]*")
_ACTION: Final = 3
"""The work of reading an action, beside that for its characters."""
Changing = Callable[[Iterable[object]], None]
Lookup = Callable[[str, str, str, str], dict[str, object]]


class _Reading(Struct, eq=False):
    """A text that was read under a name. ``work``: what that took; ``counted``: the last render it was counted for.

    ``age``: how often what nobody used had been forgotten when it was used last.
    """

    name: str
    text: Text
    trees: dict[str, Tree]
    work: int
    counted: Space
    age: int = 0


def _no_cluster(api_version: str, kind: str, namespace: str, name: str) -> dict[str, object]:
    return {}


def _nobody(tables: Iterable[object]) -> None:
    """Nobody wants to know."""


class Engine:
    """The templates of a chart and all it depends on, ready to be executed.

    ``library``: gives the functions that templates may call, bound to this render: its own before those that
    text/template itself has.
    ``helm``: the major version whose behaviour is asked for. ``lenient``: ``required`` and ``fail`` let the render go
    on, as in ``helm lint``. ``lookup``: what a cluster answers; nothing by default. All executions count towards the
    same ``limits``. ``dialect``: another number for each ``library`` of other names. A chart may be rendered again with other values: see :meth:`begin`.
    """

    def __init__(
        self,
        library: Callable[[Rendering, Mapping[str, Function]], Mapping[str, Function]],
        *,
        helm: int = 4,
        lenient: bool = False,
        lookup: Lookup = _no_cluster,
        limits: Limits | None = None,
        dialect: int = 0,
    ) -> None:
        self.helm = helm
        self._way = helm + 10 * dialect
        self.lenient = lenient
        self._lookup = lookup
        self.functions = library(self, builtins(helm))
        self._units: dict[Tree, Unit] = {}
        self._read: dict[str, list[_Reading]] = {}
        self._limits = limits or Limits()
        self._age = 0
        self.begin()

    def begin(self, changing: Changing = _nobody) -> None:
        """Begin a render: without templates and with nothing used up. What was read and compiled before is kept.

        ``changing`` is told of tables before a function changes them.
        """
        self.changes = changing
        self._space = Space(self, {}, Usage(self._limits), {})

    def forget_unused(self) -> None:
        """Forget what was read and compiled, but not used since this was asked for last: texts that are no more."""
        for text, readings in list(self._read.items()):
            kept = [one for one in readings if one.age == self._age]
            for one in readings:
                if one.age != self._age:
                    for tree in one.trees.values():
                        self._units.pop(tree, None)
            if kept:
                self._read[text] = kept
            else:
                del self._read[text]
        self._age += 1

    def add(self, name: str, text: Text) -> None:
        """Read a file of templates under the name that Helm gives it; raises ``ParseFault`` and ``LimitReached``.

        Of two templates with one name the later one holds, unless it is empty.
        """
        for tree in self.parse(name, text).values():
            self._space.add(tree)

    def execute(self, name: str, data: object) -> Text:
        """What the template prints for ``data``, as ``include`` gives it.

        Raises ``ExecutionFault`` and ``LimitReached``.
        """
        with _deep():
            return self._space.execute(self._space.trees[name], data)

    def render(self, name: str, data: object) -> Text:
        """What the file of that name prints for ``data``: without the text for missing values."""
        return without_no_values(self.execute(name, data))

    # What the functions and the compiled templates ask for

    def include(self, name: str, data: object) -> Text:
        """What the template of that name prints; raises ``TemplateFailure``."""
        return self._space.include(name, data)

    def tpl(self, text: str, data: object) -> Text:
        """What a text prints, read as a template; raises ``TemplateFailure``."""
        return self._space.tpl(text, data)

    @property
    def steps(self) -> int:
        """The work that was counted since the render began."""
        return self._space.usage.steps

    def work(self, steps: int) -> None:
        """Count work; raises ``LimitReached``."""
        self._space.usage.step(steps)

    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, object]:
        """What the cluster answers."""
        return self._lookup(api_version, kind, namespace, name)

    def parse(self, name: str, text: str) -> dict[str, Tree]:
        """The templates that a text holds; raises ``ParseFault`` and ``LimitReached``.

        Charts hold the same text more than once, as a file of several subcharts or as a value for ``tpl``.
        """
        source = text if isinstance(text, Text) else Text.of(text)
        readings = self._read.setdefault(text, [])
        for known in readings[-8:]:
            if known.name == name and known.text.pieces == source.pieces:
                known.age = self._age
                if known.counted is not self._space:
                    known.counted = self._space
                    self.work(known.work)
                return known.trees
        work = sum(_ACTION + len(action) // 2 for action in _ACTIONS.findall(text))
        self.work(work)
        with _deep():
            found = READ_BEFORE.trees(name, source, self.functions, self._way)
        readings.append(_Reading(name, source, found, work, self._space, self._age))
        return found

    def unit(self, tree: Tree) -> Unit:
        """A template, compiled when it is needed first."""
        unit = self._units.get(tree)
        if unit is None:
            scope = Scope(tree, self.functions)
            walk = Statements(scope).block(tree.body)
            unit = self._units[tree] = Unit(walk, scope, 1 + count(tree.body))
        return unit


@contextmanager
def _deep() -> Iterator[None]:
    """Room for templates inside templates; what needs more reaches a limit."""
    try:
        with room():
            yield
    except RecursionError as error:
        raise LimitReached("templates too deep inside one another") from error
