"""A template's text as a tree (text/template/parse, ``parse.go``)."""

from __future__ import annotations

from collections.abc import Container
from typing import Final, NoReturn

from kubelens.render.go.quoted import InvalidQuoting, unquote
from kubelens.render.go.strconv import quote
from kubelens.render.origin import Text
from kubelens.render.template.faults import ParseFault
from kubelens.render.template.lexer import Token, tokens
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
from kubelens.render.template.tree import Tree

MOST_NESTED: Final = 200
"""Parentheses and blocks inside one another beyond it are refused (text/template: 10,000 parentheses)."""
_ENDS_COMMAND: Final = frozenset({"right", ")", "pipe"})
_NUMBERS: Final = frozenset({"number", "character", "complex"})
_STARTS_OPERAND: Final = _NUMBERS | {"bool", "dot", "field", "identifier", "nil", "string", "variable", "("}
_CONSTANTS: Final = (Bool, Dot, Nil, Number, String)


def parse(name: str, text: Text, functions: Container[str], *, closed: bool = True) -> dict[str, Tree]:
    """The templates that a text holds: itself, under ``name``, and those it defines.

    ``functions``: the names that may be called. ``closed``: whether each block must have its ``end``; else the text's
    end closes what is open, as text/template never has it. Raises ``ParseFault``.
    """
    trees: dict[str, Tree] = {}
    _Parser(name, text, functions, trees, closed=closed).file()
    return trees


class _Parser:
    """Reads the tokens of a text one after another; ``token`` is the next one.

    Failures are told at the line of the token that text/template's parser saw last, which each place here knows.
    """

    def __init__(
        self, file: str, text: Text, functions: Container[str], trees: dict[str, Tree], *, closed: bool = True
    ) -> None:
        self.file_name = file
        self.closed = closed
        self.text = text
        self.functions = functions
        self.trees = trees
        self.tokens = tokens(text)
        self.tokens.append(Token("end of file", len(text), ""))
        self.at = 0
        self.token = self.tokens[0]
        self.variables: list[str] = ["$"]
        self.ranges = 0
        self.jumps = False
        self.depth = 0
        self.action: Token | None = None

    # Tokens

    def advance(self) -> Token:
        """Take the next token."""
        token = self.token
        self.at = at = self.at + 1
        self.token = self.tokens[at] if at < len(self.tokens) else self.tokens[-1]
        return token

    def expect(self, kind: str, context: str) -> Token:
        token = self.token
        if token.kind != kind:
            self.unexpected(token, context)
        return self.advance()

    def fail(self, token: Token, message: str) -> NoReturn:
        raise ParseFault(self.file_name, self.line(token), message)

    def line(self, token: Token) -> int:
        return 1 + self.text.count("\n", 0, token.start)

    def unexpected(self, token: Token, context: str) -> NoReturn:
        if token.kind != "error":
            self.fail(token, f"unexpected {token.shown()} in {context}")
        started = ""
        if self.action is not None and self.line(self.action) != self.line(token):
            started = f" started at {self.file_name}:{self.line(self.action)}"
            if not token.text.endswith(" action"):
                started = " in action" + started
        self.fail(token, token.text + started)

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MOST_NESTED:
            self.fail(token, "max expression depth exceeded")

    # Templates

    def file(self) -> None:
        body: list[Statement] = []
        while self.token.kind != "end of file":
            if self.token.kind == "left" and self.tokens[self.at + 1].kind == "define":
                self.advance()
                self.definition()
                continue
            node = self.statement()
            if isinstance(node, Token):
                self.fail(self.tokens[self.at - 1], f"unexpected {{{{{node.kind}}}}}")
            body.append(node)
        self.add(self.file_name, body, self.token)

    def definition(self) -> None:
        """A template of its own, from ``define`` on."""
        context = "define clause"
        self.advance()
        outer = self.variables, self.ranges, self.action
        self.variables, self.ranges, self.action = ["$"], 0, None
        token = self.token
        if token.kind != "string":
            self.unexpected(token, context)
        name = self.unquoted(self.advance())
        self.expect("right", context)
        body, end = self.statements()
        if end.kind != "end":
            self.fail(self.tokens[self.at - 1], f"unexpected {{{{{end.kind}}}}} in {context}")
        self.add(name, body, self.tokens[self.at - 1])
        self.variables, self.ranges, self.action = outer

    def add(self, name: str, body: list[Statement], token: Token) -> None:
        tree = Tree(name, self.file_name, self.text, body)
        before = self.trees.get(name)
        if before is None or before.empty:
            self.trees[name] = tree
        elif not tree.empty:
            self.fail(token, f"template: multiple definition of template {quote(name)}")

    def unquoted(self, token: Token) -> str:
        try:
            return unquote(token.text)
        except InvalidQuoting as error:
            self.fail(token, str(error))

    # Statements

    def statements(self) -> tuple[list[Statement], Token]:
        """What stands before the next ``end`` or ``else`` of this level, and that token."""
        found: list[Statement] = []
        while self.token.kind != "end of file":
            node = self.statement()
            if isinstance(node, Token):
                return found, node
            found.append(node)
        if not self.closed:
            return found, Token("end", self.token.start, "")
        return self.fail(self.token, "unexpected EOF")

    def statement(self) -> Statement | Token:
        """Text or an action; of ``end`` and ``else`` the token."""
        token = self.token
        if token.kind == "text":
            self.advance()
            return TextNode(token.start, token.text)
        if token.kind != "left":
            self.unexpected(token, "input")
        self.action = self.advance()
        node = self.of_action(token)
        self.action = None
        return node

    def of_action(self, left: Token) -> Statement | Token:
        token = self.token
        kind = token.kind
        if kind == "end":
            self.advance()
            self.expect("right", "end")
            return token
        if kind in ("if", "with", "range"):
            self.advance()
            return self.branch(kind)
        if kind == "else":
            self.advance()
            if self.token.kind not in ("if", "with"):
                self.expect("right", "else")
            return token
        if kind == "template":
            self.advance()
            return self.template()
        if kind == "block":
            self.advance()
            return self.block()
        if kind in ("break", "continue"):
            self.advance()
            right = self.expect("right", f"{{{{{kind}}}}}")
            if not self.ranges:
                self.fail(right, f"{{{{{kind}}}}} outside {{{{range}}}}")
            self.jumps = True
            return Jump(token.start, kind)
        pipe = self.pipeline("command", "right")
        return Action(token.start, pipe, left.start, self.tokens[self.at - 1].end)

    def branch(self, kind: str) -> Statement:
        self.deeper(self.token)
        known = len(self.variables)
        pipe = self.pipeline(kind, "right")
        outer, self.jumps = self.jumps, False
        self.ranges += kind == "range"
        body, end = self.statements()
        self.ranges -= kind == "range"
        of_loop = kind == "range" and self.jumps
        self.jumps = self.jumps and not of_loop
        otherwise: list[Statement] | None = None
        if end.kind == "else":
            if kind != "range" and self.token.kind == kind:
                self.advance()
                otherwise = [self.branch(kind)]
            else:
                otherwise, end = self.statements()
                if end.kind != "end":
                    self.fail(self.tokens[self.at - 1], f"expected end; found {{{{{end.kind}}}}}")
        del self.variables[known:]
        self.depth -= 1
        jumps, self.jumps = self.jumps, outer or self.jumps
        if kind == "range":
            return Range(pipe.start, pipe, body, otherwise, jumps, of_loop)
        return (If if kind == "if" else With)(pipe.start, pipe, body, otherwise, jumps)

    def template(self) -> Template:
        context = "template clause"
        token = self.token
        name = self.template_name(context)
        pipe = None
        if self.token.kind == "right":
            self.advance()
        else:
            pipe = self.pipeline(context, "right")
        return Template(token.start, name, pipe)

    def block(self) -> Template:
        context = "block clause"
        token = self.token
        name = self.template_name(context)
        pipe = self.pipeline(context, "right")
        right = self.tokens[self.at - 1]
        outer = self.variables, self.ranges
        self.variables, self.ranges = ["$"], 0
        body, end = self.statements()
        self.variables, self.ranges = outer
        if end.kind != "end":
            self.fail(right, f"unexpected {{{{{end.kind}}}}} in {context}")
        self.add(name, body, self.tokens[self.at - 1])
        return Template(token.start, name, pipe)

    def template_name(self, context: str) -> str:
        if self.token.kind != "string":
            self.unexpected(self.token, context)
        return self.unquoted(self.advance())

    # Pipelines

    def pipeline(self, context: str, end: str) -> Pipe:
        pipe = Pipe(self.token.start)
        while self.token.kind == "variable" and self.declares(pipe, context):
            pass
        while True:
            token = self.token
            if token.kind == end:
                self.advance()
                self.check(pipe, context, token)
                return pipe
            if token.kind not in _STARTS_OPERAND:
                self.unexpected(token, context)
            pipe.commands.append(self.command())

    def declares(self, pipe: Pipe, context: str) -> bool:
        """Take a variable that the pipeline declares or assigns; whether another one may follow."""
        following = self.tokens[self.at + 1]
        if "." in self.token.text:
            return False
        if following.kind in ("assign", "declare"):
            pipe.assigns = following.kind == "assign"
            self.declare(pipe)
            return False
        if following.kind != "other" or following.text != ",":
            return False
        self.declare(pipe)
        if context == "range" and len(pipe.variables) < 2:
            if self.token.kind in ("variable", "right", ")"):
                return True
            self.fail(self.token, "range can only initialize variables")
        return self.fail(following, f"too many declarations in {context}")

    def declare(self, pipe: Pipe) -> None:
        token = self.advance()
        self.advance()
        pipe.variables.append(Variable(token.start, token.text))
        self.variables.append(token.text)

    def check(self, pipe: Pipe, context: str, token: Token) -> None:
        commands = pipe.commands
        if not commands:
            self.fail(token, f"missing value for {context}")
        for stage in range(1, len(commands)):
            if isinstance(commands[stage].words[0], _CONSTANTS):
                self.fail(token, f"non executable command in pipeline stage {stage + 1}")

    def command(self) -> Command:
        words: list[Operand] = []
        command = Command(self.token.start, words)
        while True:
            word = self.term()
            token = self.token
            if word is not None:
                while token.kind == "field" and token.start == self.tokens[self.at - 1].end:
                    word = self.chained(word)
                    token = self.token
                words.append(word)
            if token.kind in _ENDS_COMMAND:
                if token.kind == "pipe":
                    self.advance()
                if not words:
                    self.fail(token, "empty command")
                return command
            if word is None or self.tokens[self.at - 1].end == token.start:
                self.unexpected(token, "operand")

    def chained(self, node: Operand) -> Operand:
        """The term with the fields that follow it without a space."""
        token = self.advance()
        names = tuple(token.text[1:].split("."))
        if isinstance(node, Field):
            return Field(token.start if len(node.names) == 1 else node.start, node.names + names)
        if isinstance(node, Variable):
            return Variable(node.start if node.names else token.start, node.name, node.names + names)
        if isinstance(node, Chain):
            return Chain(node.start, node.of, node.names + names)
        if isinstance(node, _CONSTANTS):
            self.fail(self.token, f"unexpected . after term {quote(str(node))}")
        return Chain(token.start, node, names)

    def term(self) -> Operand | None:
        token = self.token
        kind, start, text = token.kind, token.start, token.text
        if kind not in _STARTS_OPERAND:
            return None
        self.advance()
        if kind == "field":
            first, *names = text[1:].split(".")
            return Field(start + 1 + len(first) if names else start, (first, *names))
        if kind == "identifier":
            if text not in self.functions:
                self.fail(token, f"function {quote(text)} not defined")
            return Identifier(start, text)
        if kind == "string":
            if text[0] == '"' and "\\" not in text:
                return String(start, text, text[1:-1])
            return String(start, text, self.unquoted(token))
        if kind == "variable":
            first, *names = text.split(".")
            if first not in self.variables:
                self.fail(token, f"undefined variable {quote(first)}")
            return Variable(start + len(first) if names else start, first, tuple(names))
        if kind == "dot":
            return Dot(start)
        if kind == "(":
            self.deeper(token)
            pipe = self.pipeline("parenthesized pipeline", ")")
            self.depth -= 1
            return pipe
        if kind in _NUMBERS:
            try:
                return number(start, text, kind)
            except NoNumber as error:
                self.fail(token, str(error))
        if kind == "bool":
            return Bool(start, text == "true")
        return Nil(start)
