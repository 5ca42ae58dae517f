"""The actions of a template, read one by one, so that a broken one hides no other; what dot and variables are in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from kubelens.render.template.lexer import Token, tokens
from kubelens.render.template.of_late import OfLate

ITEM: Final = "[]"
"""A step to whatever a list or map holds."""
Path = tuple[str, ...]
_ROOT: Final[Mapping[str, Path | None]] = {"$": ()}
_LEADING: Final = frozenset({"field", "variable", "dot"})
_OPEN: Final = frozenset({"if", "with", "range", "define", "block"})
_COMMENTED: Final = re.compile(r"\s*/\*")
_COMMENT: Final = re.compile(r"\{\{-?\s*/\*(.*?)\*/\s*-?\}\}\s*\Z", re.DOTALL)


class Action(Struct, frozen=True):
    """What stands between ``{{`` and ``}}``, by offsets of the text, and what dot and the variables are there.

    A path leads from the root (``("Values", "image")``); None where nobody knows it.
    """

    start: int
    end: int
    words: tuple[Token, ...]
    dot: Path | None
    names: Mapping[str, Path | None]

    def path(self, word: str) -> Path | None:
        """Where ``.a.b``, ``.``, ``$`` or ``$x.a`` leads; None where nobody knows."""
        if word.startswith("$"):
            name, *steps = word.split(".")
            base = self.names.get(name)
        elif word.startswith("."):
            base, steps = self.dot, word[1:].split(".") if len(word) > 1 else []
        else:
            return None
        return None if base is None else (*base, *(step for step in steps if step))


class Operand(Struct, frozen=True):
    """A word of an action that leads somewhere; ``steps``: the offsets of the steps that are written, as many as there are."""

    path: Path
    start: int
    end: int
    steps: tuple[tuple[int, int], ...]

    def upto(self, offset: int) -> tuple[Path, int, int]:
        """The path to the step under an offset, and where that step stands."""
        before = len(self.path) - len(self.steps)
        for number, (start, end) in enumerate(self.steps, 1):
            if offset <= end:
                return self.path[: before + number], start, end
        return self.path, self.start, self.end


class NamedTemplate(Struct, frozen=True):
    """The name of a template, where it is defined or called; ``said``: the comment above a definition."""

    name: str
    start: int
    end: int
    defines: bool
    said: str = ""


class _Block(Struct):
    dot: Path | None
    names: Mapping[str, Path | None]


_KNOWN: Final[OfLate[tuple[Action, ...]]] = OfLate(512)


def actions(text: str) -> tuple[Action, ...]:
    """All actions of a text, in order; of the one that is being typed as much as there is."""
    found = _KNOWN.get(text)
    if found is None:
        found = tuple(_read(text))
        _KNOWN.keep(text, found)
    return found


def _read(text: str) -> list[Action]:
    found: list[Action] = []
    dot: Path | None = ()
    names = _ROOT
    blocks: list[_Block] = []
    for start, end, inside in _stretches(text):
        words = tuple(inside)
        action = Action(start, end, words, dot, names)
        found.append(action)
        word = words[0].kind if words else ""
        if word == "end" and blocks:
            block = blocks.pop()
            dot, names = block.dot, block.names
        elif word == "else" and blocks:
            dot = blocks[-1].dot
            second = words[1].kind if len(words) > 1 else ""
            if second == "with":
                dot = _head(action, words[2:])
        elif word in _OPEN:
            blocks.append(_Block(dot, names))
            if word == "define":
                dot, names = (), _ROOT
            elif word == "block":
                dot = _head(action, words[2:])
            else:
                dot, names = _entered(action, word, words[1:])
        else:
            names = _declared(action, words, names)
    return found


def action_at(text: str, offset: int) -> Action | None:
    """The action that an offset lies in; None between actions."""
    return next((one for one in actions(text) if one.start + 2 <= offset <= one.end), None)


def operands(text: str) -> Iterator[Operand]:
    """All words of a template that lead somewhere."""
    for action in actions(text):
        yield from _operands(action)


def operand_at(text: str, offset: int) -> Operand | None:
    """The word under an offset."""
    action = action_at(text, offset)
    found = _operands(action) if action is not None else ()
    return next((one for one in found if one.start <= offset <= one.end), None)


def named_templates(text: str) -> Iterator[NamedTemplate]:
    """Where templates are defined and called by their names."""
    for action in actions(text):
        for number, word in enumerate(action.words):
            if word.kind != "string" or len(word.text) < 2:
                continue
            before = action.words[number - 1].text if number else ""
            defines = before in ("define", "block")
            if defines or before in ("include", "template"):
                said = _COMMENT.search(text, max(0, action.start - 2000), action.start) if before == "define" else None
                words = " ".join(said[1].split()) if said is not None else ""
                yield NamedTemplate(word.text[1:-1], word.start + 1, word.end - 1, defines, words)


def named_template_at(text: str, offset: int) -> NamedTemplate | None:
    """The name of a template under an offset."""
    return next((one for one in named_templates(text) if one.start <= offset <= one.end), None)


def masked(text: str) -> str:
    """A template as a text that may be read as YAML, of the same length: actions are blanks, or a word within a line."""
    parts: list[str] = []
    at = 0
    for action in actions(text):
        if action.start < at:
            continue
        parts.append(text[at : action.start])
        line = text[text.rfind("\n", 0, action.start) + 1 : action.start]
        filler = " " if not line.strip() and _ends_line(text, action.end) else "x"
        parts.append("".join(c if c in "\r\n" else filler for c in text[action.start : action.end]))
        at = action.end
    parts.append(text[at:])
    return "".join(parts)


def _ends_line(text: str, at: int) -> bool:
    end = text.find("\n", at)
    return not text[at : end if end >= 0 else len(text)].strip()


def _operands(action: Action) -> Iterator[Operand]:
    before: Token | None = None
    for word in action.words:
        chained = before is not None and before.kind == ")" and before.end == word.start
        path = action.path(word.text) if not chained and word.kind in _LEADING else None
        if path is not None:
            yield Operand(path, word.start, word.end, tuple(_steps(word)))
        before = word


def _steps(word: Token) -> Iterator[tuple[int, int]]:
    at = word.start
    for number, step in enumerate(word.text.split(".")):
        if step and (number or word.kind == "field"):
            yield at, at + len(step)
        at += len(step) + 1


def _stretches(text: str) -> Iterator[tuple[int, int, list[Token]]]:
    """(start, end, words) of each action; comments are none."""
    at = 0
    while (left := text.find("{{", at)) >= 0:
        inside = left + (3 if text.startswith("{{- ", left) or text.startswith("{{-\n", left) else 2)
        if _COMMENTED.match(text, inside):
            end = text.find("*/", inside)
            at = len(text) if end < 0 else end + 2
            continue
        right = _right(text, inside)
        body = text[inside:right]
        found = [
            Token(one.kind, one.start + inside - 2, one.text)
            for one in tokens("{{" + body.rstrip("-") + "}}")
            if one.kind not in ("left", "right", "end of file", "error", "text")
        ]
        closed = text.startswith("}}", right)
        yield left, right + 2 if closed else right, found
        at = right + 2 if closed else right


def _right(text: str, inside: int) -> int:
    """Where an action ends: at its braces, or, while it is typed, at the end of its line or the next action."""
    at = inside
    while at < len(text):
        character = text[at]
        if text.startswith("}}", at):
            return at
        if text.startswith("{{", at):
            break
        if character in '"`':
            end = text.find(character, at + 1)
            while character == '"' and end > 0 and text[end - 1] == "\\":
                end = text.find(character, end + 1)
            line = text.find("\n", at)
            if end < 0 or (character == '"' and 0 <= line < end):
                break
            at = end
        at += 1
    line = text.find("\n", inside)
    following = text.find("{{", inside)
    return min(one for one in (line, following, len(text)) if one >= 0)


def _head(action: Action, words: Sequence[Token]) -> Path | None:
    """What a pipeline of one word, or one that begins with it, comes to."""
    first = [word for word in words if word.kind != "("]
    if not first or first[0].kind not in _LEADING:
        return None
    following = first[1].kind if len(first) > 1 else "pipe"
    return action.path(first[0].text) if following in ("pipe", ")") else None


def _entered(action: Action, word: str, words: Sequence[Token]) -> tuple[Path | None, Mapping[str, Path | None]]:
    """Dot and the variables within a block."""
    declared: list[str] = []
    rest = list(words)
    if any(one.kind == "declare" for one in rest):
        at = next(number for number, one in enumerate(rest) if one.kind == "declare")
        declared = [one.text for one in rest[:at] if one.kind == "variable"]
        rest = rest[at + 1 :]
    path = _head(action, rest)
    names = dict(action.names)
    if word == "range":
        path = None if path is None else (*path, ITEM)
        for name in declared[:-1]:
            names[name] = None
    if declared:
        names[declared[-1]] = path
    return (action.dot if word == "if" else path), names


def _declared(action: Action, words: Sequence[Token], names: Mapping[str, Path | None]) -> Mapping[str, Path | None]:
    if len(words) > 2 and words[0].kind == "variable" and words[1].kind in ("declare", "assign"):
        return {**names, words[0].text: _head(action, words[2:])}
    return names
