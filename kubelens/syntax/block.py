"""Plain block YAML, read line by line: what manifests are mostly written in.

An event of libyaml costs several Python objects; a line of plain block YAML is one match of a regular expression.
Only a subset is read here: keys of letters and digits, plain and quoted scalars, lists of them on one line in
brackets and braces, literal and folded text. Whatever is not in it, errors included, is left to libyaml, whose trees are the
measure: ``tests/syntax/test_block.py`` holds the two to the same nodes and spans.
"""

from __future__ import annotations

import re
from typing import Any, Final

from kubelens.syntax.pattern import pattern
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence

_KEY: Final = (
    r"""[A-Za-z0-9_./$][A-Za-z0-9_./\-]{0,200}+|"[A-Za-z0-9_./\- :@$*]{1,200}+"|'[A-Za-z0-9_./\- :@$*]{1,200}+'"""
)
_PLAIN: Final = (
    r"""(?:[A-Za-z0-9_./$+(~<^=;\\]|-(?=[^\n\t\ ]))[^\n\t:\#]*+(?:(?::(?=[^\n\t\ ])|(?<!\ )\#)[^\n\t:\#]*+)*"""
)
_DOUBLE: Final = r"""[^\t"\\]*+(?:\\["\\/nt][^\t"\\]*+)*"""
_SINGLE: Final = r"""[^\t']*+(?:''[^\t']*+)*"""
_ITEM: Final = r"""(?:(?:[A-Za-z0-9_./$]|-(?=[A-Za-z0-9_\-]))[A-Za-z0-9_./$+=@%\-]*+|"[^\n\t"\\]*+"|'[^\n\t']*+')"""
_PAIR: Final = rf"""(?:[A-Za-z0-9_./][A-Za-z0-9_./\-]{{0,200}}+):\ ++{_ITEM}"""
# Only single characters are repeated possessively: with groups, early releases of Python 3.11 go astray (gh-106052).
_LINE: Final = pattern(
    rf"""
    (\ *+)(?:
        ((?:-\ ++)*)
        (?:({_KEY}):(?=[\ \n]|\Z))?
        \ *+
        (?:
            ({_PLAIN})
            | "({_DOUBLE})"\ *+
            | '({_SINGLE})'\ *+
            | (\{{\ *(?:{_PAIR}\ *(?:,\ *{_PAIR}\ *)*)?\}}|\[\ *(?:{_ITEM}\ *(?:,\ *{_ITEM}\ *)*)?\])\ *+
            | ([|>]-?)\ *+
        )?
        (?:(?<=\ )\#[^\n]*+)?
        | \#[^\n]*+
    )(?:\n|\Z)
    """,
    re.VERBOSE | re.ASCII,
)
_MORE: Final = pattern(
    r"""((?: *\n)*)( ++)([!"$-9;-~][^\n\t:#]*+(?:(?::(?=[^\n\t ])|(?<!\ )#)[^\n\t:#]*+)*)(?:\n|\Z)"""
)
_NOTHING: Final = pattern(r"(?: *+(?:#[^\n]*+)?\n)* *+(?:#[^\n]*+)?")
_ITEMS: Final = pattern(_ITEM)
_ESCAPE: Final = pattern(r"\\(.)")
_ESCAPED: Final = {"n": "\n", "t": "\t"}
_FIRST: Final = pattern(r"( *)[^ \n\t]")
_PRINTED: Final = b"\t\n" + bytes(range(0x20, 0x7F))
_DEEPEST: Final = 200
_DASHED, _KEYED, _PLAINLY, _DOUBLY, _SINGLY, _FLOWING, _BLOCK = range(2, 9)


def read_block(chunk: str, base: int) -> Node | None:
    """The tree of a document that is plain block YAML and begins at offset ``base`` of its source.

    None where it is anything else, or holds nothing.
    """
    return _Reader(chunk, base).read() if _is_printable(chunk) else None


def holds_nothing(chunk: str) -> bool:
    """Whether there is nothing but blank lines and comments."""
    return _NOTHING.fullmatch(chunk) is not None and _is_printable(chunk)


def _is_printable(chunk: str) -> bool:
    """Whether every character stands for itself: no control character, no line break but a line feed."""
    if chunk.isascii():
        return not chunk.encode().translate(None, _PRINTED)
    return chunk.replace("\n", "").replace("\t", "").isprintable()


class _Reader:
    """The collections that are open while a text is read: ``top`` is the innermost, ``column`` where its entries stand."""

    __slots__ = ("base", "chunk", "column", "key", "stack", "top")

    def __init__(self, chunk: str, base: int) -> None:
        self.chunk = chunk
        self.base = base
        self.stack: list[tuple[Any, int]] = []
        self.top: Any = None
        self.column = -1
        self.key: Scalar | None = None
        """A key whose value stands further down, or is empty, as :meth:`_enter` finds out."""

    def read(self) -> Node | None:
        chunk, base = self.chunk, self.base
        match = _LINE.match
        position, size = 0, len(chunk)
        entries: list[tuple[Node, Node]] | None = None  # of the innermost collection, where that is a mapping
        column = -1
        key: Scalar | None = None
        folding: tuple[re.Match[str], Scalar] | None = None
        while position < size:
            line = match(chunk, position)
            if line is None or line.end() == position:
                if (position := self._folded_on(folding)) < 0:
                    return None
                folding = None
                continue
            begin, position = position, line.end()
            last = line.lastindex
            indent, dashes, name, plain = line.group(1, 2, 3, 4)
            if last <= _DASHED:  # type: ignore[operator]
                if dashes:
                    return None
                continue
            here = len(indent)
            below_key = key is not None and here > column and last > _KEYED and not name and not dashes  # type: ignore[operator]
            if not below_key and (here != column or dashes or key is not None or entries is None):
                if here > column and key is None and self.top is not None:
                    if (position := self._folded_on(folding)) < 0:
                        return None
                    folding = None
                    continue
                self.key = key
                if not self._enter(begin + here + base, here, dashes, name):
                    return None
                key, column = None, self.column
                entries = self.top.entries if type(self.top) is Mapping else None
            elif not name and not below_key:
                return None
            folding = None
            if name:
                start = begin + here + len(dashes) + base
                quote = name[0] if name[0] in "\"'" else ""
                key = Scalar(name[1:-1] if quote else name, quote, None, None, start, start + len(name))
                if last == _KEYED:
                    continue
            if last == _PLAINLY:
                start = line.start(_PLAINLY) + base
                plain = plain.rstrip(" ")
                node: Node | None = Scalar(plain, "", None, None, start, start + len(plain))
                folding = line, node  # type: ignore[assignment]
            elif last == _BLOCK:
                node, position = self._block(line)
            else:
                node = self._quoted_or_flowing(line)
            if node is None:
                return None
            if key is None:
                self.top.items.append(node)
            else:
                entries.append((key, node))  # type: ignore[union-attr]
                key = None
        if self.top is None:
            return None
        if key is not None:
            self.key = key
            self._add_empty()
        while self.stack:
            self._close()
        root: Mapping | Sequence = self.top
        _end(root)
        return root

    def _add(self, node: Node) -> None:
        if self.key is None:
            self.top.items.append(node)
        else:
            self.top.entries.append((self.key, node))
            self.key = None

    def _add_empty(self) -> None:
        end = self.key.end + 1  # type: ignore[union-attr]
        self._add(Scalar("", "", None, None, end, end))

    def _open(self, node: Mapping | Sequence, column: int) -> None:
        if self.top is not None:
            self._add(node)
            self.stack.append((self.top, self.column))
        self.top, self.column = node, column

    def _close(self) -> None:
        _end(self.top)
        self.top, self.column = self.stack.pop()

    def _enter(self, start: int, here: int, dashes: str, name: str) -> bool:
        """Close and open collections until a line belongs to the innermost one; False where it belongs to none."""
        if self.key is not None and (here < self.column or (here == self.column and not dashes)):
            self._add_empty()
        elif self.key is not None or self.top is None:
            if not name and not dashes:
                return False
            kind = Sequence if dashes else Mapping
            self._open(kind([], None, None, False, start, 0), here)
        while self.column > here or (self.column == here and not dashes and type(self.top) is Sequence):
            if not self.stack:
                return False
            self._close()
        if (
            self.column != here
            or (type(self.top) is Sequence) is not bool(dashes)
            or len(self.stack) + len(dashes) > _DEEPEST
        ):
            return False
        if not dashes:
            return bool(name)
        further = dashes.find("-", 1)
        while further > 0:
            self._open(Sequence([], None, None, False, start + further, 0), here + further)
            further = dashes.find("-", further + 1)
        if name:
            self._open(Mapping([], None, None, False, start + len(dashes), 0), here + len(dashes))
        return True

    def _folded_on(self, folding: tuple[re.Match[str], Scalar] | None) -> int:
        """Add the lines the last plain scalar goes on for; where the next line begins, -1 where it does not go on."""
        if folding is None:
            return -1
        line, scalar = folding
        position = line.end()
        if line.end(_PLAINLY) + 1 < position:
            return -1
        parts = [scalar.text]
        end = 0
        while (more := _MORE.match(self.chunk, position)) is not None and len(more[2]) > self.column:
            text = more[3].rstrip(" ")
            parts += ("\n" * more[1].count("\n") or " ", text)
            end = more.start(3) + len(text) + self.base
            position = more.end()
        if not end:
            return -1
        scalar.end = end
        scalar.text = "".join(parts)
        return position

    def _quoted_or_flowing(self, line: re.Match[str]) -> Node | None:
        """A scalar in quotes, or a collection in brackets or braces; None where lines of it stand too far left."""
        last: int = line.lastindex  # type: ignore[assignment]
        text = line[last]
        start = line.start(last) + self.base
        if last == _FLOWING:
            return _flow(text, start)
        end = start + len(text) + 1
        if "\n" in text:
            folded = _folded_quotes(text, self.column)
            if folded is None:
                return None
            text = folded
        if last == _SINGLY:
            return Scalar(text.replace("''", "'"), "'", None, None, start - 1, end)
        if "\\" in text:
            text = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
        return Scalar(text, '"', None, None, start - 1, end)

    def _block(self, line: re.Match[str]) -> tuple[Node | None, int]:
        """Literal or folded text, and where the next line begins; None where it is not simple."""
        header = line[_BLOCK]
        found = _block_scalar(self.chunk, line.end(), header, self.column)
        if found is None:
            return None, 0
        text, end, position = found
        return Scalar(text, header[0], None, None, line.start(_BLOCK) + self.base, end + self.base), position


def _end(node: Mapping | Sequence) -> None:
    """A collection ends where the last thing in it does."""
    if type(node) is Mapping:
        node.end = node.entries[-1][1].end
    else:
        node.end = max(node.items[-1].end, node.start + 1)  # type: ignore[union-attr]


def _flow(text: str, start: int) -> Mapping | Sequence:
    """Scalars in brackets, or keys and scalars in braces."""
    end = start + len(text)
    scalars: list[Node] = []
    for item in _ITEMS.finditer(text, 1):
        found = item[0]
        quote = found[0] if found[0] in "\"'" else ""
        scalars.append(
            Scalar(found[1:-1] if quote else found, quote, None, None, item.start() + start, item.end() + start)
        )
    if text[0] == "[":
        return Sequence(scalars, None, None, True, start, end)
    return Mapping(list(zip(scalars[::2], scalars[1::2], strict=True)), None, None, True, start, end)


def _folded_quotes(text: str, column: int) -> str | None:
    """What stands between quotes over several lines; None where one begins no further right than ``column``."""
    first, *lines = text.split("\n")
    parts = [first.rstrip(" ")]
    blank = 0
    for number, line in enumerate(lines, 1):
        content = line.lstrip(" ")
        is_last = number == len(lines)
        if not content and not is_last:
            blank += 1
            continue
        if len(line) - len(content) <= column:
            return None
        parts += ("\n" * blank or " ", content if is_last else content.rstrip(" "))
        blank = 0
    return "".join(parts)


def _indented_to(chunk: str, position: int, width: int) -> int:
    """Where the lines end that are indented by so many spaces or blank."""
    indent, size = " " * width, len(chunk)
    while position < size:
        stop = chunk.find("\n", position)
        stop = size if stop < 0 else stop
        if not chunk.startswith(indent, position) and chunk[position:stop].strip(" "):
            return position
        position = stop + 1
    return size


def _block_scalar(chunk: str, position: int, header: str, parent: int) -> tuple[str, int, int] | None:
    """(text, where its last line ends, where the next line begins) of literal or folded text; None if it is not simple.

    ``parent``: the column of the collection it stands in.
    """
    first = _FIRST.match(chunk, position)
    if first is None or len(first[1]) <= parent:
        return None
    width = len(first[1])
    following = _indented_to(chunk, position, width)
    raw = chunk[position:following]
    content = raw.rstrip("\n ")
    if content.endswith("\t"):
        return None
    lines = [line[width:] if len(line) >= width else "" for line in content.split("\n")]
    if raw[len(content) : len(content) + 1] == " ":
        if "\n" not in raw[len(content) :]:
            return None
        spaces = len(content)
        lines[-1] += raw[spaces : raw.index("\n", spaces)]
    if any(line.isspace() for line in lines) or any(len(line) > width for line in raw[len(content) :].split("\n")[1:]):
        return None
    if header[0] == ">":
        if any(line[:1] in (" ", "\t") for line in lines):
            return None
        text = _folded(lines)
    else:
        text = "\n".join(lines)
    if header[-1] != "-" and "\n" in raw[len(content) :]:
        text += "\n"
    end = chunk.find("\n", position + len(content))
    return text, end if end >= 0 else len(chunk), following


def _folded(lines: list[str]) -> str:
    parts = [lines[0]]
    blank = 0
    for line in lines[1:]:
        if not line:
            blank += 1
            continue
        parts.append("\n" * blank if blank else " ")
        parts.append(line)
        blank = 0
    return "".join(parts)
