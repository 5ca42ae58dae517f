"""A template's text as a tree (text/template/parse, ``parse.go``)."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from kubelens.render.go.quoted import InvalidQuoting, unquote
from kubelens.render.go.strconv import quote
from kubelens.render.template.cursor import Cursor
from kubelens.render.template.lexer import Token
from kubelens.render.template.nodes import (
    Action,
    Bool,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    If,
    Jump,
    Nil,
    Number,
    Operand,
    Pipe,
    Range,
    Statement,
    String,
    Template,
    TextNode,
    Variable,
    With,
)
from kubelens.render.template.number import NoNumber, number

MOST_NESTED: Final = 200
"""Parentheses and blocks inside one another beyond it are refused (text/template: 10,000 parentheses)."""

_STARTS_OPERAND: Final = frozenset(
    {
        "bool",
        "character",
        "complex",
        "dot",
        "field",
        "identifier",
        "number",
        "nil",
        "string",
        "variable",
        "(",
    }
)
_CONSTANTS: Final = (Bool, Dot, Nil, Number, String)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One template: its name, the file it stands in, and that file's text. ``start`` offsets count in ``text``."""

    name: str
    file: str
    text: str
    body: list[Statement]

    @property
    def empty(self) -> bool:
        """Whether it holds nothing but blanks."""
        return all(isinstance(node, TextNode) and not node.text.strip() for node in self.body)


def parse(name: str, text: str, functions: Container[str]) -> dict[str, Tree]:
    """The templates that a text holds: itself, under ``name``, and those it defines.

    ``functions``: the names that may be called. Raises ``ParseFault``.
    """
    trees: dict[str, Tree] = {}
    _Parser(name, text, functions, trees).file()
    return trees


class _Parser(Cursor):
    """Reads tokens one after another; ``scope`` is that of the template being read."""

    def __init__(self, file: str, text: str, functions: Container[str], trees: dict[str, Tree]) -> None:
        super().__init__(file, text)
        self.functions = functions
        self.trees = trees
        self.variables: list[str] = ["$"]
        self.ranges = 0
        self.depth = 0

    # Templates

    def file(self) -> None:
        body: list[Statement] = []
        while self.peek().kind != "end of file":
            if self.peek().kind == "left":
                before = self.at
                self.at += 1
                if self.next_past_space().kind == "define":
                    self.definition()
                    continue
                self.at = before
            node = self.statement()
            if isinstance(node, str):
                self.fail(f"unexpected {{{{{node}}}}}")
            body.append(node)
        self.add(self.file_name, body)

    def definition(self) -> None:
        """A template of its own, after ``define``."""
        context = "define clause"
        outer = self.open_scope()
        token = self.next_past_space()
        if token.kind != "string":
            self.unexpected(token, context)
        name = self.unquoted(token)
        self.expect("right", context)
        body, end = self.statements()
        if end != "end":
            self.fail(f"unexpected {{{{{end}}}}} in {context}")
        self.add(name, body)
        self.close_scope(outer)

    def open_scope(self) -> tuple[list[str], int, int, int]:
        outer = (self.variables, self.ranges, self.action_line, self.seen)
        self.variables = ["$"]
        self.ranges = 0
        self.action_line = 0
        return outer

    def close_scope(self, outer: tuple[list[str], int, int, int]) -> None:
        self.variables, self.ranges, self.action_line, self.seen = outer

    def add(self, name: str, body: list[Statement]) -> None:
        tree = Tree(name, self.file_name, self.text, body)
        before = self.trees.get(name)
        if before is None or before.empty:
            self.trees[name] = tree
        elif not tree.empty:
            self.fail(f"template: multiple definition of template {quote(name)}")

    def unquoted(self, token: Token) -> str:
        try:
            return unquote(token.text)
        except InvalidQuoting as error:
            self.fail(str(error))

    # Statements

    def statements(self) -> tuple[list[Statement], str]:
        """What stands before the next ``end`` or ``else`` of this level, and which of the two it is."""
        found: list[Statement] = []
        while self.peek_past_space().kind != "end of file":
            node = self.statement()
            if isinstance(node, str):
                return found, node
            found.append(node)
        return self.fail("unexpected EOF")

    def statement(self) -> Statement | str:
        """Text or an action; ``end`` and ``else`` by their names."""
        token = self.next_past_space()
        if token.kind == "text":
            return TextNode(token.start, token.text)
        if token.kind != "left":
            self.unexpected(token, "input")
        self.action_line = self.line(token.start) if self.tokens[-2].kind == "error" else 0
        node = self.action(token.start)
        self.action_line = 0
        return node

    def action(self, begin: int) -> Statement | str:
        token = self.next_past_space()
        kind = token.kind
        if kind == "end":
            self.expect("right", "end")
            return "end"
        if kind == "else":
            if self.peek_past_space().kind not in ("if", "with"):
                self.expect("right", "else")
            return "else"
        if kind in ("if", "with", "range"):
            return self.branch(kind)
        if kind == "template":
            return self.template()
        if kind == "block":
            return self.block()
        if kind in ("break", "continue"):
            if self.peek_past_space().kind != "right":
                self.unexpected(self.peek(), f"{{{{{kind}}}}}")
            self.at += 1
            if not self.ranges:
                self.fail(f"{{{{{kind}}}}} outside {{{{range}}}}")
            return Jump(token.start, kind)
        self.at -= 1
        pipe = self.pipeline("command", "right")
        return Action(token.start, pipe, begin, self.tokens[self.at - 1].start + 2)

    def branch(self, kind: str) -> Statement:
        self.deeper()
        known = len(self.variables)
        pipe = self.pipeline(kind, "right")
        if kind == "range":
            self.ranges += 1
        body, end = self.statements()
        if kind == "range":
            self.ranges -= 1
        otherwise: list[Statement] | None = None
        if end == "else":
            if kind != "range" and self.peek().kind == kind:
                self.at += 1
                otherwise = [self.branch(kind)]
            else:
                otherwise, end = self.statements()
                if end != "end":
                    self.fail(f"expected end; found {{{{{end}}}}}")
        del self.variables[known:]
        self.depth -= 1
        if kind == "if":
            return If(pipe.start, pipe, body, otherwise)
        return (With if kind == "with" else Range)(pipe.start, pipe, body, otherwise)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_NESTED:
            self.fail("max expression depth exceeded")

    def template(self) -> Template:
        context = "template clause"
        token = self.next_past_space()
        name = self.template_name(token, context)
        pipe = None
        if self.next_past_space().kind != "right":
            self.at -= 1
            pipe = self.pipeline(context, "right")
        return Template(token.start, name, pipe)

    def block(self) -> Template:
        context = "block clause"
        token = self.next_past_space()
        name = self.template_name(token, context)
        pipe = self.pipeline(context, "right")
        outer = self.open_scope()
        body, end = self.statements()
        seen = self.seen
        self.close_scope(outer)
        if end != "end":
            self.fail(f"unexpected {{{{{end}}}}} in {context}")
        self.seen, outer_seen = seen, self.seen
        self.add(name, body)
        self.seen = outer_seen
        return Template(token.start, name, pipe)

    def template_name(self, token: Token, context: str) -> str:
        if token.kind != "string":
            self.unexpected(token, context)
        return self.unquoted(token)

    # Pipelines

    def pipeline(self, context: str, end: str) -> Pipe:
        pipe = Pipe(self.peek_past_space().start)
        while self.peek_past_space().kind == "variable" and self.declares(pipe, context):
            pass
        while True:
            token = self.next_past_space()
            if token.kind == end:
                self.check(pipe, context)
                return pipe
            if token.kind not in _STARTS_OPERAND:
                self.unexpected(token, context)
            self.at -= 1
            pipe.commands.append(self.command())

    def declares(self, pipe: Pipe, context: str) -> bool:
        """Take a variable that the pipeline declares or assigns; whether another one may follow."""
        before = self.at
        variable = self.next()
        following = self.peek_past_space()
        if following.kind in ("assign", "declare"):
            self.at += 1
            pipe.assigns = following.kind == "assign"
            self.declare(pipe, variable)
            return False
        if following.kind == "other" and following.text == ",":
            self.at += 1
            self.declare(pipe, variable)
            if context == "range" and len(pipe.variables) < 2:
                if self.peek_past_space().kind in ("variable", "right", ")"):
                    return True
                self.fail("range can only initialize variables")
            self.fail(f"too many declarations in {context}")
        self.at = before
        return False

    def declare(self, pipe: Pipe, token: Token) -> None:
        pipe.variables.append(Variable(token.start, token.text))
        self.variables.append(token.text)

    def check(self, pipe: Pipe, context: str) -> None:
        if not pipe.commands:
            self.fail(f"missing value for {context}")
        for stage, command in enumerate(pipe.commands[1:], 2):
            if isinstance(command.words[0], _CONSTANTS):
                self.fail(f"non executable command in pipeline stage {stage}")

    def command(self) -> Command:
        command = Command(self.peek_past_space().start)
        while True:
            self.peek_past_space()
            word = self.operand()
            if word is not None:
                command.words.append(word)
            token = self.next()
            if token.kind == "space":
                continue
            if token.kind in ("right", ")"):
                self.at -= 1
            elif token.kind != "pipe":
                self.unexpected(token, "operand")
            break
        if not command.words:
            self.fail("empty command")
        return command

    def operand(self) -> Operand | None:
        node = self.term()
        if node is None or self.peek().kind != "field":
            return node
        start = self.peek().start
        names: list[str] = []
        while self.peek().kind == "field":
            names.append(self.next().text[1:])
        if isinstance(node, Field):
            return Field(start, (*node.names, *names))
        if isinstance(node, Variable):
            return Variable(start, node.name, (*node.names, *names))
        if isinstance(node, _CONSTANTS):
            self.fail(f"unexpected . after term {quote(str(node))}")
        return Chain(start, node, tuple(names))

    def term(self) -> Operand | None:
        token = self.next_past_space()
        kind, start, text = token
        if kind == "field":
            return Field(start, (text[1:],))
        if kind == "identifier":
            if text not in self.functions:
                self.fail(f"function {quote(text)} not defined")
            return Identifier(start, text)
        if kind == "string":
            return String(start, text, self.unquoted(token))
        if kind == "variable":
            if text not in self.variables:
                self.fail(f"undefined variable {quote(text)}")
            return Variable(start, text)
        if kind == "dot":
            return Dot(start)
        if kind == "(":
            self.deeper()
            pipe = self.pipeline("parenthesized pipeline", ")")
            self.depth -= 1
            return pipe
        if kind in ("number", "character", "complex"):
            try:
                return number(start, text, kind)
            except NoNumber as error:
                self.fail(str(error))
        if kind == "bool":
            return Bool(start, text == "true")
        if kind == "nil":
            return Nil(start)
        self.at -= 1
        return None
