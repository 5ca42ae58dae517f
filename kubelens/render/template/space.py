"""The templates that can call one another, and what a render has used up."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.strconv import quote
from kubelens.render.origin import Origin, Piece, Text, joined
from kubelens.render.template.faults import ExecutionFault, LimitReached, ParseFault
from kubelens.render.template.frame import ROOT, ROOT_ORIGINS, Frame, Walk
from kubelens.render.template.scope import Scope
from kubelens.render.template.tree import Tree

MOST_INCLUDED: Final = 1000
"""How often a template may be inside itself (Helm, ``recursionMaxNums``)."""
MOST_TPL: Final = 100
"""How deep ``tpl`` may be inside itself (Helm goes on until memory is gone)."""
NO_VALUE: Final = "<no value>"
ROOT_NAME: Final = "gotpl"
"""The name of the template that Helm hangs all others on, and of the texts that ``tpl`` is given."""


class Limits(msgspec.Struct, frozen=True):
    """What one render may take.

    ``steps``: statements that are executed, and other work in the same measure; ``characters``: of one text.
    """

    steps: int = 1_500_000
    characters: int = 20_000_000


class Unit(msgspec.Struct, frozen=True, eq=False):
    """A compiled template. ``cost``: the steps that printing it once takes at least."""

    walk: Walk
    scope: Scope
    cost: int


class Compiler(Protocol):
    """Gives the compiled form of templates."""

    def unit(self, tree: Tree) -> Unit:
        """The compiled template."""

    def parse(self, name: str, text: str) -> dict[str, Tree]:
        """The templates that a text holds."""


class Usage(msgspec.Struct, eq=False):
    """What a render has used up, and which templates it is inside of."""

    limits: Limits
    steps: int = 0

    def step(self, count: int) -> None:
        """Count work; raises ``LimitReached``."""
        self.steps += count
        if self.steps > self.limits.steps:
            raise LimitReached(f"more than {self.limits.steps} steps")


class Space:
    """Templates by name, as text/template's ``common`` holds them: those of the files, or a copy that ``tpl`` works on."""

    def __init__(
        self, compiler: Compiler, trees: dict[str, Tree], usage: Usage, inside: dict[str, int], depth: int = 0
    ) -> None:
        self.compiler = compiler
        self.trees = trees
        self.usage = usage
        self.inside = inside
        self.depth = depth

    def include(self, name: str, data: object, origins: tuple[Origin, ...] = ()) -> Text:
        """What the template of that name prints for ``data`` (Helm, ``includeFun``); raises ``TemplateFailure``."""
        inside = self.inside
        depth = inside.get(name, 0)
        if depth > MOST_INCLUDED:
            raise TemplateFailure(f"rendering template has a nested reference name: {name}: unable to execute template")
        tree = self.trees.get(name)
        if tree is None:
            raise TemplateFailure(f"template: no template {quote(name)} associated with template {quote(ROOT_NAME)}")
        inside[name] = depth + 1
        try:
            return self.execute(tree, data, origins)
        finally:
            inside[name] = depth

    def tpl(self, text: str, data: object, origins: tuple[Origin, ...] = ()) -> Text:
        """What a text, read as a template, prints for ``data`` (Helm, ``tplFun``); raises ``TemplateFailure``."""
        if "{{" not in text:
            return without_no_values(text if isinstance(text, Text) else Text.of(text))
        try:
            found = self.compiler.parse(ROOT_NAME, text)
        except ParseFault as error:
            raise TemplateFailure(f"cannot parse template {quote(text)}: {error}") from error
        if self.depth >= MOST_TPL:
            raise LimitReached(f"more than {MOST_TPL} calls of tpl inside one another")
        space = Space(self.compiler, dict(self.trees), self.usage, self.inside, self.depth + 1)
        for tree in found.values():
            space.add(tree)
        try:
            return without_no_values(space.execute(found[ROOT_NAME], data, origins))
        except ExecutionFault as error:
            raise TemplateFailure(f"error during tpl function execution for {quote(text)}: {error}") from error

    def add(self, tree: Tree) -> None:
        """Take a template, in place of an older one of its name unless it is empty (``associate``)."""
        if tree.name not in self.trees or not tree.empty:
            self.trees[tree.name] = tree

    def execute(self, tree: Tree, data: object, origins: tuple[Origin, ...] = ()) -> Text:
        """What a template prints for ``data``."""
        texts: list[str] = []
        pieces: list[Piece] = []
        unit = self.compiler.unit(tree)
        self.usage.step(unit.cost)
        values: list[object] = [None] * unit.scope.size
        values[ROOT], values[ROOT_ORIGINS] = data, origins
        unit.walk(Frame(values, self, texts.append, pieces.append, pieces.extend), data)
        size = sum(map(len, texts))
        if size > self.usage.limits.characters:
            raise LimitReached(f"more than {self.usage.limits.characters} characters")
        return Text("".join(texts), tuple(pieces))

    def walk(self, tree: Tree, data: object, origins: tuple[Origin, ...], outer: Frame) -> None:
        """Print a template where the one that ``outer`` belongs to prints."""
        unit = self.compiler.unit(tree)
        self.usage.step(unit.cost)
        values: list[object] = [None] * unit.scope.size
        values[ROOT], values[ROOT_ORIGINS] = data, origins
        unit.walk(Frame(values, self, outer.write, outer.story, outer.stories), data)

    def charge(self, result: str | list[object]) -> None:
        """Count the work that a large result of a function stands for; raises ``LimitReached``."""
        if isinstance(result, str):
            if len(result) > self.usage.limits.characters:
                raise LimitReached(f"more than {self.usage.limits.characters} characters")
            self.usage.step(len(result) // 256)
        else:
            self.usage.step(len(result) // 16)


def without_no_values(text: Text) -> Text:
    """The text without what text/template prints for missing values, as Helm leaves it out of files."""
    if NO_VALUE not in text:
        return text
    kept: list[Text] = []
    at = 0
    while True:
        found = text.find(NO_VALUE, at)
        if found < 0:
            kept.append(text.cut(at, len(text)))
            return joined(kept)
        kept.append(text.cut(at, found))
        at = found + len(NO_VALUE)
