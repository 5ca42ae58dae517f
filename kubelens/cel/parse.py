"""From text to a tree: CEL's grammar (cel-go ``parser/gen/CEL.g4``) by precedence climbing, macros told apart.

Macros are those of an API server's environment (apiserver ``pkg/cel/environment``): the standard ones, those with two
variables, and those of optional values.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from kubelens.cel.tree import Call, Ident, Index, ListOf, Literal, Macro, MapOf, Node, Select, Struct, children

MAX_DEPTH: Final = 100
"""How deep brackets and operators may nest here; cel-go allows 250, no rule comes near either."""
MAX_OPERATORS: Final = 320
"""How many operators of one level may follow each other: each is one level of the tree."""
MAX_LEVELS: Final = 330
"""How deep a tree may be: brackets, operators and members of one expression together."""
MAX_LENGTH: Final = 100_000
_MOST_DIGITS: Final = 400

_TOKEN: Final = re.compile(
    r"""
    (?P<space>(?:[ \t\r\n\f]+|//[^\n]*)+)
  | (?P<double>(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?))
  | (?P<uint>(?:0x[0-9a-fA-F]+|\d+)[uU])
  | (?P<int>0x[0-9a-fA-F]+|\d+)
  | (?P<string>[bB]?(?:[rR](?:\"\"\".*?\"\"\"|'''.*?'''|"[^"\n\r]*"|'[^'\n\r]*')
      |(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^\\"\n\r])*"|'(?:\\.|[^\\'\n\r])*')))
  | (?P<ident>[_a-zA-Z][_a-zA-Z0-9]*)
  | (?P<quoted>`[a-zA-Z0-9_.\-/ ]+`)
  | (?P<op>&&|\|\||<=|>=|==|!=|[<>+\-*/%!?:.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL,
)
_RESERVED: Final = frozenset(
    "as break const continue else for function if import let loop package namespace return var void while".split()
)
_KEYWORDS: Final = frozenset({"in", "true", "false", "null"})
_BINARY: Final = {
    "||": 1, "&&": 2, "<": 3, "<=": 3, ">": 3, ">=": 3, "==": 3, "!=": 3, "in": 3, "+": 4, "-": 4, "*": 5, "/": 5,
    "%": 5,
}  # fmt: skip
_ESCAPE: Final = re.compile(
    r"\\(?:([abfnrtv\\'\"`?])|x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))",
    re.DOTALL,
)
_SIMPLE: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"',
    "`": "`", "?": "?",
}  # fmt: skip
_MACROS: Final = {
    ("all", 2): 1, ("exists", 2): 1, ("exists_one", 2): 1, ("existsOne", 2): 1, ("filter", 2): 1, ("map", 2): 1,
    ("map", 3): 1, ("all", 3): 2, ("exists", 3): 2, ("existsOne", 3): 2, ("exists_one", 3): 2,
    ("transformList", 3): 2, ("transformList", 4): 2, ("transformMap", 3): 2, ("transformMap", 4): 2,
    ("transformMapEntry", 3): 2, ("transformMapEntry", 4): 2, ("sortBy", 2): 1, ("optMap", 2): 1,
    ("optFlatMap", 2): 1,
}  # fmt: skip
"""(name, number of arguments): how many of the arguments are names that the macro binds."""

INT_RANGE: Final = (-(2**63), 2**63 - 1)
UINT_MAX: Final = 2**64 - 1


class CelSyntaxError(ValueError):
    """A text that is no CEL expression; ``offset``: where reading ended, in characters."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class CelTooLarge(CelSyntaxError):
    """An expression longer or deeper than what is read here; an API server may take it."""


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Node:
    """The tree of an expression.

    Raises:
        CelSyntaxError: the text is no expression, or (``CelTooLarge``) more than can be read here.
    """
    if len(text) > MAX_LENGTH:
        raise CelTooLarge(f"the expression has {len(text)} characters, more than {MAX_LENGTH}", MAX_LENGTH)
    reader = _Reader(text)
    try:
        node = reader.expression()
    except RecursionError:
        raise CelTooLarge("the expression is nested too deep", reader.offset) from None
    if reader.kind != "end":
        raise reader.unexpected()
    _bound_levels(node)
    return node


def _bound_levels(tree: Node) -> None:
    """Raises ``CelTooLarge`` where a tree is deeper than what is read: what goes over trees does so by recursion."""
    level = [tree]
    for _ in range(MAX_LEVELS):
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise CelTooLarge("the expression is nested too deep", max(node.offset for node in level))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise CelSyntaxError(f"{text[position : position + 10]!r} begins no token", position)
            if match.lastgroup != "space":
                self.tokens.append((match.lastgroup or "", match.group(), position))
            position = match.end()
        self.tokens.append(("end", "", len(text)))
        self.number = 0
        self.depth = 0
        self.kind, self.word, self.offset = self.tokens[0]

    def unexpected(self) -> CelSyntaxError:
        what = "the end" if self.kind == "end" else repr(self.word)
        return CelSyntaxError(f"{what} is not expected here", self.offset)

    def advance(self) -> None:
        self.number += 1
        self.kind, self.word, self.offset = self.tokens[self.number]

    def at(self, word: str) -> bool:
        return self.word == word and self.kind == "op"

    def take(self, word: str) -> bool:
        if self.at(word):
            self.advance()
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.take(word):
            what = "the end" if self.kind == "end" else repr(self.word)
            raise CelSyntaxError(f"{word!r} is missing before {what}", self.offset)

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise CelTooLarge("the expression is nested too deep", self.offset)
        start = self.offset
        node = self.binary(1)
        if self.take("?"):
            first = self.binary(1)
            self.expect(":")
            node = Call(start, "_?_:_", None, [node, first, self.expression()])
        self.depth -= 1
        return node

    def binary(self, least: int) -> Node:
        node = self.unary()
        operators = 0
        while self.kind == "op" or self.word == "in":
            level = _BINARY.get(self.word, 0) if self.kind in ("op", "ident") else 0
            if level < least or not level:
                break
            name = "@in" if self.word == "in" else f"_{self.word}_"
            self.advance()
            operators += 1
            if operators > MAX_OPERATORS:
                raise CelTooLarge(f"more than {MAX_OPERATORS} operators in a row", self.offset)
            right = self.binary(level + 1)
            node = Call(node.offset, name, None, [node, right])
        return node

    def unary(self) -> Node:
        start = self.offset
        if self.at("!"):
            count = 0
            while self.take("!"):
                count += 1
            node = self.unary_operand()
            return node if count % 2 == 0 else Call(start, "!_", None, [node])
        if self.at("-"):
            count = 0
            while self.take("-"):
                count += 1
            if self.kind in ("int", "double") and count % 2:
                return self.member(self.number_literal(negative=True))
            node = self.unary_operand()
            return node if count % 2 == 0 else Call(start, "-_", None, [node])
        return self.member(self.primary())

    def unary_operand(self) -> Node:
        if self.at("!") or self.at("-"):
            raise self.unexpected()
        return self.member(self.primary())

    def member(self, node: Node) -> Node:
        while self.kind == "op":
            start = self.offset
            if self.take("."):
                optional = self.take("?")
                name = self.selector()
                if not optional and self.at("("):
                    node = self.method(start, node, name)
                else:
                    node = Select(start, node, name, optional=optional)
            elif self.take("["):
                optional = self.take("?")
                key = self.expression()
                self.expect("]")
                node = Index(start, node, key, optional=optional)
            elif self.at("{") and (name := _dotted(node)):
                node = self.struct(start, name)
            else:
                break
        return node

    def selector(self) -> str:
        word = self.word
        if self.kind == "quoted":
            self.advance()
            return word[1:-1]
        if self.kind != "ident" or word in _KEYWORDS:
            raise self.unexpected()
        self.advance()
        return word

    def arguments(self, close: str) -> list[Node]:
        found: list[Node] = []
        while not self.at(close):
            found.append(self.expression())
            if not self.take(","):
                break
        self.expect(close)
        return found

    def method(self, start: int, target: Node, name: str) -> Node:
        self.expect("(")
        arguments = self.arguments(")")
        if name == "bind" and len(arguments) == 3 and isinstance(target, Ident) and target.name == "cel":
            return Macro(start, name, arguments[1], (self.bound(arguments[0]),), arguments[2:])
        names = _MACROS.get((name, len(arguments)))
        if names is None:
            return Call(start, name, target, arguments)
        if name in ("all", "exists", "existsOne", "exists_one") and len(arguments) == 3:
            name = "existsOne" if name == "exists_one" else name
        variables = tuple(self.bound(argument) for argument in arguments[:names])
        return Macro(start, name, target, variables, arguments[names:])

    def bound(self, node: Node) -> str:
        if not isinstance(node, Ident) or node.name.startswith("."):
            raise CelSyntaxError("a macro's variable must be a simple name", node.offset)
        return node.name

    def primary(self) -> Node:
        start, kind, word = self.offset, self.kind, self.word
        if kind in ("int", "uint", "double"):
            return self.number_literal(negative=False)
        if kind == "string":
            self.advance()
            value = _text_of(word, start)
            return Literal(start, "bytes" if isinstance(value, bytes) else "string", value)
        if kind == "ident" or self.at("."):
            return self.name()
        if self.take("("):
            node = self.expression()
            self.expect(")")
            return node
        if self.take("["):
            items: list[tuple[Node, bool]] = []
            while not self.at("]"):
                optional = self.take("?")
                items.append((self.expression(), optional))
                if not self.take(","):
                    break
            self.expect("]")
            return ListOf(start, items)
        if self.take("{"):
            entries: list[tuple[Node, Node, bool]] = []
            while not self.at("}"):
                optional = self.take("?")
                key = self.expression()
                self.expect(":")
                entries.append((key, self.expression(), optional))
                if not self.take(","):
                    break
            self.expect("}")
            return MapOf(start, entries)
        raise self.unexpected()

    def name(self) -> Node:
        start = self.offset
        leading = self.take(".")
        word = self.word
        if self.kind != "ident" or word == "in":
            raise self.unexpected()
        if word in ("true", "false", "null") and not leading:
            self.advance()
            return Literal(start, "null_type", None) if word == "null" else Literal(start, "bool", word == "true")
        if word in _RESERVED:
            raise CelSyntaxError(f"{word!r} is a reserved word", start)
        self.advance()
        if not self.take("("):
            return Ident(start, word)
        arguments = self.arguments(")")
        if word == "has" and len(arguments) == 1:
            operand = arguments[0]
            if not isinstance(operand, Select) or operand.test:
                raise CelSyntaxError("has() takes a field, as in has(a.b)", operand.offset)
            return Select(start, operand.operand, operand.field, test=True, optional=operand.optional)
        return Call(start, word, None, arguments)

    def struct(self, start: int, name: str) -> Node:
        self.expect("{")
        fields: list[tuple[str, Node, bool]] = []
        while not self.at("}"):
            optional = self.take("?")
            field = self.selector()
            self.expect(":")
            fields.append((field, self.expression(), optional))
            if not self.take(","):
                break
        self.expect("}")
        return Struct(start, name, fields)

    def number_literal(self, *, negative: bool) -> Node:
        start, kind, word = self.offset, self.kind, self.word
        self.advance()
        if kind == "double":
            return Literal(start, kind, -float(word) if negative else float(word))
        digits = word[:-1] if kind == "uint" else word
        if len(digits) > _MOST_DIGITS:
            raise CelSyntaxError(f"a number of {len(digits)} digits does not fit {kind}", start)
        value = int(digits, 16) if digits.startswith("0x") else int(digits)
        value = -value if negative else value
        if kind == "uint":
            if value > UINT_MAX:
                raise CelSyntaxError(f"{word} is too large for uint", start)
            return Literal(start, kind, value)
        if not INT_RANGE[0] <= value <= INT_RANGE[1]:
            raise CelSyntaxError(f"{value} does not fit int", start)
        return Literal(start, kind, value)


def _dotted(node: Node) -> str:
    """The name of a type that a chain of names spells, ``""`` for other expressions."""
    fields: list[str] = []
    while isinstance(node, Select) and not node.test and not node.optional:
        fields.append(node.field)
        node = node.operand
    return ".".join((node.name, *reversed(fields))) if isinstance(node, Ident) else ""


def _text_of(word: str, offset: int) -> str | bytes:
    """The value of a string or bytes literal."""
    binary = word[0] in "bB"
    body = word[1:] if binary else word
    raw = body[0] in "rR"
    body = body[1:] if raw else body
    width = 3 if body[:3] in ('"""', "'''") and len(body) >= 6 else 1
    body = body[width:-width]
    if raw or "\\" not in body:
        return body.encode("utf-8", "surrogatepass") if binary else body.replace("\r\n", "\n").replace("\r", "\n")
    return _unescaped_bytes(body, offset) if binary else _ESCAPE.sub(lambda found: _character(found, offset), body)


def _character(found: re.Match[str], offset: int) -> str:
    simple, small, big, short, long, octal, wrong = found.groups()
    if simple is not None:
        return _SIMPLE[simple]
    if wrong is not None:
        raise CelSyntaxError(f"\\{wrong} is no escape sequence", offset)
    code = int(octal, 8) if octal is not None else int(small or big or short or long, 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise CelSyntaxError(f"{found.group()} is no character", offset)
    return chr(code)


def _unescaped_bytes(body: str, offset: int) -> bytes:
    out = bytearray()
    position = 0
    for found in _ESCAPE.finditer(body):
        out += body[position : found.start()].encode("utf-8", "surrogatepass")
        if found[4] is not None or found[5] is not None:
            raise CelSyntaxError(f"{found.group()} has no place in bytes", offset)
        out.append(ord(_character(found, offset)))
        position = found.end()
    return bytes(out + body[position:].encode("utf-8", "surrogatepass"))


def node_kind(node: Any) -> str:
    """The type of an expression that is one literal, list or map; ``""`` for all others."""
    if isinstance(node, Literal):
        return node.kind
    if isinstance(node, ListOf):
        return "list"
    return "map" if isinstance(node, MapOf) else ""
