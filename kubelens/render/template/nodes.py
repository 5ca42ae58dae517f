"""What a template is made of (text/template/parse, ``node.go``). ``str(node)`` is what messages print of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubelens.render.go.strconv import quote


@dataclass(eq=False, slots=True)
class Node:
    """A part of a template. ``start``: the character offset that messages give as its place."""

    start: int


@dataclass(eq=False, slots=True)
class TextNode(Node):
    """Text that is printed as it stands."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(eq=False, slots=True)
class Bool(Node):
    """``true`` or ``false``."""

    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(eq=False, slots=True)
class Dot(Node):
    """``.``."""

    def __str__(self) -> str:
        return "."


@dataclass(eq=False, slots=True)
class Nil(Node):
    """``nil``."""

    def __str__(self) -> str:
        return "nil"


@dataclass(eq=False, slots=True)
class Number(Node):
    """A number, with its value in each kind that can hold it; None where a kind cannot."""

    text: str
    integer: int | None = None
    unsigned: int | None = None
    floating: float | None = None
    complex: complex | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(eq=False, slots=True)
class String(Node):
    """A quoted string: as it is written, and what it stands for."""

    quoted: str
    text: str

    def __str__(self) -> str:
        return self.quoted


@dataclass(eq=False, slots=True)
class Identifier(Node):
    """The name of a function."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(eq=False, slots=True)
class Field(Node):
    """``.a.b``: fields of dot."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


@dataclass(eq=False, slots=True)
class Variable(Node):
    """``$x.a.b``: a variable, or fields of it."""

    name: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.name, *self.names))


@dataclass(eq=False, slots=True)
class Chain(Node):
    """``(pipeline).a.b``: fields of another term's value."""

    of: Operand
    names: tuple[str, ...]

    def __str__(self) -> str:
        head = f"({self.of})" if isinstance(self.of, Pipe) else str(self.of)
        return head + "".join(f".{name}" for name in self.names)


@dataclass(eq=False, slots=True)
class Command(Node):
    """A function or term with its arguments."""

    words: list[Operand] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(f"({word})" if isinstance(word, Pipe) else str(word) for word in self.words)


@dataclass(eq=False, slots=True)
class Pipe(Node):
    """Commands, each of which is given the value of the one before, and the variables that take the last value."""

    assigns: bool = False
    variables: list[Variable] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def __str__(self) -> str:
        head = ""
        if self.variables:
            head = ", ".join(map(str, self.variables)) + (" = " if self.assigns else " := ")
        return head + " | ".join(map(str, self.commands))


Operand = Bool | Dot | Nil | Number | String | Identifier | Field | Variable | Chain | Pipe


@dataclass(eq=False, slots=True)
class Action(Node):
    """A pipeline whose value is printed. ``begin`` and ``end``: the offsets of the whole action with its delimiters."""

    pipe: Pipe
    begin: int = 0
    end: int = 0

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


@dataclass(eq=False, slots=True)
class Branch(Node):
    """What ``if``, ``with`` and ``range`` have in common: a pipeline, a body, and what else there is."""

    pipe: Pipe
    body: list[Statement]
    otherwise: list[Statement] | None

    def word(self) -> str:
        """The keyword."""
        raise NotImplementedError

    def __str__(self) -> str:
        otherwise = "" if self.otherwise is None else "{{else}}" + "".join(map(str, self.otherwise))
        return f"{{{{{self.word()} {self.pipe}}}}}{''.join(map(str, self.body))}{otherwise}{{{{end}}}}"


@dataclass(eq=False, slots=True)
class If(Branch):
    """``if``."""

    def word(self) -> str:
        """``if``."""
        return "if"


@dataclass(eq=False, slots=True)
class With(Branch):
    """``with``."""

    def word(self) -> str:
        """``with``."""
        return "with"


@dataclass(eq=False, slots=True)
class Range(Branch):
    """``range``."""

    def word(self) -> str:
        """``range``."""
        return "range"


@dataclass(eq=False, slots=True)
class Jump(Node):
    """``break`` or ``continue``."""

    word: str

    def __str__(self) -> str:
        return f"{{{{{self.word}}}}}"


@dataclass(eq=False, slots=True)
class Template(Node):
    """``template``: another template printed here."""

    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        given = "" if self.pipe is None else f" {self.pipe}"
        return f"{{{{template {quote(self.name)}{given}}}}}"


Statement = TextNode | Action | If | With | Range | Jump | Template
