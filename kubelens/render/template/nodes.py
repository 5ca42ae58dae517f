"""What a template is made of (text/template/parse, ``node.go``). ``str(node)`` is what messages print of it."""

from __future__ import annotations

import msgspec

from kubelens.render.go.strconv import quote


class Node(msgspec.Struct, eq=False):
    """A part of a template. ``start``: the character offset that messages give as its place."""

    start: int


class TextNode(Node, eq=False):
    """Text that is printed as it stands."""

    text: str

    def __str__(self) -> str:
        return self.text


class Bool(Node, eq=False):
    """``true`` or ``false``."""

    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


class Dot(Node, eq=False):
    """``.``."""

    def __str__(self) -> str:
        return "."


class Nil(Node, eq=False):
    """``nil``."""

    def __str__(self) -> str:
        return "nil"


class Number(Node, eq=False):
    """A number, with its value in each kind that can hold it; None where a kind cannot."""

    text: str
    integer: int | None = None
    unsigned: int | None = None
    floating: float | None = None
    complex: complex | None = None

    def __str__(self) -> str:
        return self.text


class String(Node, eq=False):
    """A quoted string: as it is written, and what it stands for."""

    quoted: str
    text: str

    def __str__(self) -> str:
        return self.quoted


class Identifier(Node, eq=False):
    """The name of a function."""

    name: str

    def __str__(self) -> str:
        return self.name


class Field(Node, eq=False):
    """``.a.b``: fields of dot."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


class Variable(Node, eq=False):
    """``$x.a.b``: a variable, or fields of it."""

    name: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.name, *self.names))


class Chain(Node, eq=False):
    """``(pipeline).a.b``: fields of another term's value."""

    of: Operand
    names: tuple[str, ...]

    def __str__(self) -> str:
        head = f"({self.of})" if isinstance(self.of, Pipe) else str(self.of)
        return head + "".join(f".{name}" for name in self.names)


class Command(Node, eq=False):
    """A function or term with its arguments."""

    words: list[Operand] = msgspec.field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(f"({word})" if isinstance(word, Pipe) else str(word) for word in self.words)


class Pipe(Node, eq=False):
    """Commands, each of which is given the value of the one before, and the variables that take the last value."""

    assigns: bool = False
    variables: list[Variable] = msgspec.field(default_factory=list)
    commands: list[Command] = msgspec.field(default_factory=list)

    def __str__(self) -> str:
        head = ""
        if self.variables:
            head = ", ".join(map(str, self.variables)) + (" = " if self.assigns else " := ")
        return head + " | ".join(map(str, self.commands))


Operand = Bool | Dot | Nil | Number | String | Identifier | Field | Variable | Chain | Pipe


class Action(Node, eq=False):
    """A pipeline whose value is printed. ``begin`` and ``end``: the offsets of the whole action with its delimiters."""

    pipe: Pipe
    begin: int = 0
    end: int = 0

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


class Branch(Node, eq=False):
    """What ``if``, ``with`` and ``range`` have in common: a pipeline, a body, and what else there is.

    ``jumps``: whether it may end the round of the loop that it stands in.
    """

    pipe: Pipe
    body: list[Statement]
    otherwise: list[Statement] | None
    jumps: bool = False

    def word(self) -> str:
        """The keyword."""
        raise NotImplementedError

    def __str__(self) -> str:
        otherwise = "" if self.otherwise is None else "{{else}}" + "".join(map(str, self.otherwise))
        return f"{{{{{self.word()} {self.pipe}}}}}{''.join(map(str, self.body))}{otherwise}{{{{end}}}}"


class If(Branch, eq=False):
    """``if``."""

    def word(self) -> str:
        """``if``."""
        return "if"


class With(Branch, eq=False):
    """``with``."""

    def word(self) -> str:
        """``with``."""
        return "with"


class Range(Branch, eq=False):
    """``range``. ``breaks``: whether its own rounds may end early."""

    breaks: bool = False

    def word(self) -> str:
        """``range``."""
        return "range"


class Jump(Node, eq=False):
    """``break`` or ``continue``."""

    word: str

    def __str__(self) -> str:
        return f"{{{{{self.word}}}}}"


class Template(Node, eq=False):
    """``template``: another template printed here."""

    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        given = "" if self.pipe is None else f" {self.pipe}"
        return f"{{{{template {quote(self.name)}{given}}}}}"


Statement = TextNode | Action | If | With | Range | Jump | Template
