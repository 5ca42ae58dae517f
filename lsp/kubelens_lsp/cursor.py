"""Where in a document somebody is typing, told by the tree that the text would have with a word at the cursor.

One model for block and flow style, lists, items of a List and JSON: a stand-in word takes the place of what is being
typed, the text is read as far as it goes, and where the word comes to lie is where the cursor is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final

from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind, read_gvk
from kubelens.syntax.parse import parse_source
from kubelens.syntax.place import Step
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence, resolve
from kubelens.syntax.unfinished import parse_unfinished

STAND_IN: Final = "\ue0b7here"
"""A plain scalar in every context, which nobody writes."""
_WORD: Final = re.compile(r"[\w./$-]*\Z")
_REST: Final = re.compile(r"[\w./$-]*")
_DASHES: Final = re.compile(r" *(?:- +)+\Z")
_LONGEST: Final = 400_000
"""Characters of a document in which a place is looked for."""


class Role(Enum):
    """What the word at the cursor is going to be."""

    KEY = "a key of a mapping"
    VALUE = "the value of a key"
    ITEM = "an item of a list"


class Cursor(Struct, frozen=True):
    """A place that is being typed.

    ``path``: keys and indices from the object to the mapping (``KEY``), value (``VALUE``) or list (``ITEM``); ``around``:
    the mappings and lists on the way, the object first; ``typed``: what stands before the cursor of the word; ``ends``:
    whether the key's colon is there; ``dash``: whether an item's dash is missing; ``quoted``: whether quotes are there;
    ``indent``: the column of the word, which is another than the cursor's where ``shift`` says so; ``step``: how many columns the document indents by; ``dashed``: whether it writes a list's
    dashes further in than their key.
    """

    role: Role
    path: tuple[Step, ...]
    around: tuple[Mapping | Sequence, ...]
    typed: str
    ends: bool = False
    dash: bool = False
    quoted: bool = False
    indent: int = 0
    shift: int = 0
    step: int = 2
    dashed: bool = True

    @property
    def root(self) -> Mapping | Sequence:
        """The object; an item of a List is one of its own."""
        return self.around[0]

    @property
    def gvk(self) -> GroupVersionKind | None:
        """The object's kind, None before it is written."""
        return read_gvk(text_in(self.root, "apiVersion"), text_in(self.root, "kind"))

    @property
    def fields(self) -> tuple[str, ...]:
        """The path without indices."""
        return tuple(step for step in self.path if isinstance(step, str))

    @property
    def key(self) -> str:
        """The key whose value is typed; of an item, the list's."""
        return self.fields[-1] if self.role is not Role.KEY and self.fields else ""

    @property
    def parents(self) -> tuple[str, ...]:
        """The keys around the word, but not its own."""
        return self.fields if self.role is Role.KEY else self.fields[:-1]

    @property
    def parent(self) -> str:
        """The key right around the word."""
        return self.parents[-1] if self.parents else ""

    @property
    def mapping(self) -> Mapping | None:
        """The innermost mapping around the word: its own, or that of the list it is an item of."""
        return next((one for one in reversed(self.around) if isinstance(one, Mapping)), None)

    @property
    def beside(self) -> dict[str, str]:
        """The other keys of :attr:`mapping`, with the texts of their values; nested ones are ``""``."""
        return texts_of(self.mapping)

    def beside_parent(self) -> dict[str, str]:
        """The keys of the mapping around that one."""
        outer = [one for one in self.around if isinstance(one, Mapping)]
        return texts_of(outer[-2] if len(outer) > 1 else None)

    @property
    def namespace(self) -> str:
        """The namespace the object says it is in, ``default`` without one."""
        metadata = value_in(self.root, "metadata")
        return text_in(metadata, "namespace") or "default"


def value_in(node: Node | None, key: str) -> Node | None:
    """The value of a key, None where the node is no mapping or has none."""
    node = resolve(node)
    for one, value in node.entries if isinstance(node, Mapping) else ():
        if isinstance(one, Scalar) and one.text == key:
            return resolve(value)
    return None


def text_in(node: Node | None, key: str) -> str | None:
    """The text of a key's value, None where it is no scalar."""
    value = value_in(node, key)
    return value.text if isinstance(value, Scalar) and value.text != STAND_IN else None


def items_in(node: Node | None, key: str) -> list[str]:
    """The texts of a list under a key; items that are none are left out."""
    value = value_in(node, key)
    items = map(resolve, value.items) if isinstance(value, Sequence) else ()
    return [item.text for item in items if isinstance(item, Scalar) and item.text != STAND_IN]


def texts_of(node: Mapping | None) -> dict[str, str]:
    """The keys of a mapping with their texts, without the word that is typed."""
    found: dict[str, str] = {}
    for key, value in node.entries if node is not None else ():
        if isinstance(key, Scalar) and key.text != STAND_IN:
            found[key.text] = value.text if isinstance(value, Scalar) and value.text != STAND_IN else ""
    return found


def document_lines(source: Source, line: int) -> tuple[int, int]:
    """The first line of the document a line is in, and the one after its last."""
    start = end = line
    while start > 0 and not source.line_text(start - 1).startswith("---"):
        start -= 1
    while end + 1 < len(source.line_starts) and not source.line_text(end + 1).startswith("---"):
        end += 1
    return start, end + 1


def cursor_at(source: Source, offset: int) -> Cursor | None:
    """The place of an offset; None in comments, in texts of several lines, and where nothing can be read."""
    line = source.position(offset).line
    first, after = document_lines(source, line)
    start = source.line_starts[first]
    end = source.line_starts[after] if after < len(source.line_starts) else len(source.text)
    if end - start > _LONGEST or source.line_text(line).startswith("---"):
        return None
    text, begins = source.text[start:end], source.line_starts[line] - start
    before = text[begins : offset - start]
    word = _WORD.search(before)
    typed = word[0] if word is not None else ""
    head = before[: len(before) - len(typed)]
    if _in_comment(head) or "\t" in head or typed.startswith("-"):
        return None
    rest = _REST.match(text, offset - start)
    behind = rest.end() if rest is not None else offset - start
    ends = text[behind : source.line_end(line) - start].lstrip(" \"'").startswith(":")
    quote = head[-1:] if head[-1:] in ("'", '"') and head.count(head[-1]) % 2 else ""
    frame = _Frame(text[: begins + len(head)], text[behind:], typed, ends and _may_be_key(head), quote)
    near = sorted(_near_indents(source, line, first, after), key=lambda indent: abs(indent - len(head)))
    forms = list(_forms(head, frame, near))
    for tolerant in (False, True):
        for form in forms:
            if (found := _read(frame, form, head, tolerant)) is not None:
                return found
    return None


class _Frame(Struct, frozen=True):
    """The text before and behind the word."""

    before: str
    behind: str
    typed: str
    ends: bool
    quote: str


class _Form(Struct, frozen=True):
    """What is written in the place of the word; ``indent``: instead of the blanks before it."""

    text: str
    dash: bool = False
    indent: int | None = None


def _forms(head: str, frame: _Frame, near: list[int]) -> Iterator[_Form]:
    """What the word may be, the likeliest first."""
    closing = "" if not frame.quote or frame.behind.split("\n", 1)[0].lstrip().startswith(frame.quote) else frame.quote
    word = STAND_IN + closing
    if frame.ends:
        yield _Form(STAND_IN)
        return
    if not head.strip(" "):
        yield _Form(f"{word}:")
        yield _Form(f"- {word}:", dash=True)
        yield _Form(word)
        for indent in near:
            yield _Form(f"{word}:", indent=indent)
        return
    if _DASHES.match(head):
        yield _Form(f"{word}:")
        yield _Form(word)
        return
    yield _Form(word)
    yield _Form(f"{word}{_closers(head)}")
    yield _Form(f"{word}:")


def _read(frame: _Frame, form: _Form, head: str, tolerant: bool) -> Cursor | None:
    """The place of the word in the tree; ``tolerant``: of a text that is broken elsewhere."""
    before = frame.before
    if form.indent is not None:
        before = before[: len(before) - len(head)] + " " * form.indent
    text = f"{before}{form.text}{frame.behind}"
    whole = Source("", text)
    documents = parse_unfinished(whole).documents if tolerant else parse_source(whole)[0]
    root = next((one.root for one in documents if one.root is not None and one.start <= len(before) <= one.end), None)
    found = _find(root, ())
    if found is None:
        return None
    role, path, around = found
    while len(path) >= 2 and path[0] == "items" and isinstance(path[1], int) and len(around) > 2:
        if not (text_in(around[0], "kind") or "").endswith("List"):
            break
        path, around = path[2:], around[2:]
    indent = form.indent if form.indent is not None else len(head)
    step, dashed = _style(text)
    return Cursor(
        role,
        path,
        around,
        frame.typed,
        ends=frame.ends,
        dash=form.dash,
        quoted=bool(frame.quote),
        indent=indent,
        shift=indent - len(head) if form.indent is not None else 0,
        step=step,
        dashed=dashed,
    )


_Found = tuple[Role, tuple[Step, ...], tuple["Mapping | Sequence", ...]]


def _find(node: Node | None, path: tuple[Step, ...]) -> _Found | None:
    if isinstance(node, Mapping):
        for key, value in node.entries:
            if _is_word(key):
                return Role.KEY, path, (node,)
            step = key.text if isinstance(key, Scalar) else ""
            if _is_word(value):
                return Role.VALUE, (*path, step), (node,)
            if (found := _find(value, (*path, step))) is not None:
                return found[0], found[1], (node, *found[2])
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            if _is_word(item):
                return Role.ITEM, path, (node,)
            if (found := _find(item, (*path, index))) is not None:
                return found[0], found[1], (node, *found[2])
    return None


def _is_word(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text == STAND_IN


def _in_comment(head: str) -> bool:
    quote = ""
    for at, character in enumerate(head):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and (at == 0 or head[at - 1] in " [{,:"):
            quote = character
        elif character == "#" and (at == 0 or head[at - 1] == " "):
            return True
    return False


def _may_be_key(head: str) -> bool:
    stripped = head.strip(" \"'")
    return not stripped.strip("- ") or stripped.endswith(("{", ","))


def _closers(head: str) -> str:
    """The brackets that a line leaves open before the word, closed."""
    open_, quote = [], ""
    for character in head:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "{[":
            open_.append("}" if character == "{" else "]")
        elif character in "}]" and open_:
            open_.pop()
    return "".join(reversed(open_))


def _near_indents(source: Source, line: int, first: int, after: int) -> list[int]:
    """How far the lines around are indented that hold something, the nearest first."""
    found = []
    for numbers in (range(line - 1, first - 1, -1), range(line + 1, after)):
        for number in numbers:
            text = source.line_text(number)
            if text.strip() and not text.lstrip().startswith("#"):
                found.append(len(text) - len(text.lstrip(" -")))
                break
    return list(dict.fromkeys(found))


def _style(text: str) -> tuple[int, bool]:
    """(columns that a document indents by, whether dashes stand further in than their key)."""
    step = re.search(r"^[\w\"'].*:[ \t]*\n( +)[\w\"']", text, re.MULTILINE)
    dash = re.search(r"^( *)(?:- +)?[\w.\"'-]+:[ \t]*\n( *)- ", text, re.MULTILINE)
    return len(step[1]) if step is not None else 2, dash is None or len(dash[2]) > len(dash[1])
