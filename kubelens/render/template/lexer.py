"""A template's text as tokens (text/template/parse, ``lex.go``)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import msgspec

from kubelens.render.go.strconv import quote
from kubelens.syntax.pattern import pattern

KEYWORDS: Final = frozenset(
    {"block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"}
)
SPACES: Final = " \t\r\n"
_TERMINATORS: Final = frozenset(" \t\r\n.,|:)(")
_SHOWN: Final = 10
"""Longer tokens are cut in messages."""


class Token(msgspec.Struct, frozen=True, gc=False):
    """A token: what it is, where it starts in the text, and how it is written there.

    ``kind`` is a keyword itself, or one of ``text``, ``left``, ``right``, ``field``, ``dot``, ``variable``,
    ``identifier``, ``bool``, ``number``, ``complex``, ``character``, ``string``, ``declare``, ``assign``, ``pipe``,
    ``(``, ``)``, ``other``, ``end of file`` and ``error``, whose ``text`` is the message. Fields that follow a field or
    a variable at once are part of its token. Spaces are no tokens: where they matter, the end of one token is held
    against the start of the next.
    """

    kind: str
    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    def shown(self) -> str:
        """The token as messages show it."""
        if self.kind == "end of file":
            return "EOF"
        if self.kind == "error":
            return self.text
        if self.kind in KEYWORDS or self.kind == "dot":
            return f"<{self.text}>"
        text = self.text
        if self.kind in ("field", "variable"):
            text = text[:1] + text[1:].partition(".")[0]
        if len(text.encode("utf-8", "surrogateescape")) > _SHOWN:
            return f"{quote(text[:_SHOWN])}..."
        return quote(text)


_END: Final = r"(?=[ \t\r\n.,|:)(]|\}\}|\Z)"
_TOKEN: Final = pattern(
    r"[ \t\r\n]+(?P<trim>-\}\})|[ \t\r\n]*(?:"
    r"(?P<field>(?:\.[A-Za-z_]\w*" + _END + r")+)"
    r"|(?P<word>[A-Za-z_]\w*" + _END + r")"
    r'|(?P<string>"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|`[^`]*`)'
    r"|(?P<right>\}\})"
    r"|(?P<dot>\.(?=[ \t\r\n.,|:)(]|\}\}))"
    r"|(?P<variable>\$\w*" + _END + r"(?:\.[A-Za-z_]\w*" + _END + r")*)"
    r"|(?P<pipe>\|)"
    r"|(?P<open>\()|(?P<close>\))"
    r"|(?P<declare>:=)|(?P<assign>=))",
    re.ASCII,
)
"""The tokens that most actions are made of."""
_SPACE: Final = pattern(r"[ \t\r\n]+")
_CHARACTER: Final = pattern(r"'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'")
_WORD: Final = pattern(r"\w+")
_NUMBER: Final = pattern(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_UNTERMINATED: Final = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
}
_WORDS: Final = {**{word: word for word in KEYWORDS}, "true": "bool", "false": "bool"}


class _Fault(Exception):
    """The rest cannot be split into tokens: ``token`` says why."""

    def __init__(self, start: int, message: str) -> None:
        super().__init__(message)
        self.token = Token("error", start, message)


def tokens(text: str) -> list[Token]:
    """All tokens of a template's text; the last is ``end of file`` or, where the text is no template, ``error``."""
    found: list[Token] = []
    at = 0
    end = len(text)
    try:
        while at < end:
            left = text.find("{{", at)
            if left < 0:
                found.append(Token("text", at, text[at:]))
                break
            trims = text.startswith("-", left + 2) and text.startswith((" ", "\t", "\r", "\n"), left + 3)
            before = text[at:left].rstrip(SPACES) if trims else text[at:left]
            if before:
                found.append(Token("text", at, before))
            inside = left + 4 if trims else left + 2
            if text.startswith("/*", inside):
                at = _comment(text, inside)
            else:
                found.append(Token("left", left, "{{"))
                at = _action(text, inside, found)
    except _Fault as fault:
        found.append(fault.token)
        return found
    found.append(Token("end of file", end, ""))
    return found


def _comment(text: str, start: int) -> int:
    """Where the text after the comment at ``start`` goes on."""
    end = text.find("*/", start + 2)
    if end < 0:
        raise _Fault(start, "unclosed comment")
    end += 2
    if text.startswith("-}}", end + 1) and text[end] in SPACES:
        return _past_spaces(text, end + 4)
    if text.startswith("}}", end):
        return end + 2
    raise _Fault(start, "comment ends before closing delimiter")


def _past_spaces(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _action(text: str, at: int, found: list[Token]) -> int:
    """Add the tokens of an action, whose inside begins at ``at``; gives where the text after it goes on."""
    depth = 0
    match_token = _TOKEN.match
    add = found.append
    while True:
        match = match_token(text, at)
        if match is None:
            token = _rare(text, _past_spaces(text, at))
            add(token)
            at = token.end
            continue
        kind = match.lastgroup or ""
        at = match.end()
        if kind == "word":
            word = match["word"]
            add(Token(_WORDS.get(word, "identifier"), at - len(word), word))
        elif kind in ("right", "trim"):
            if depth:
                raise _Fault(match.start(kind) - (kind == "trim"), "unclosed left paren")
            add(Token("right", at - 2, "}}"))
            return _past_spaces(text, at) if kind == "trim" else at
        elif kind == "open":
            depth += 1
            add(Token("(", at - 1, "("))
        elif kind == "close":
            depth -= 1
            if depth < 0:
                raise _Fault(at, "unexpected right paren")
            add(Token(")", at - 1, ")"))
        else:
            written = match[kind]
            add(Token(kind, at - len(written), written))


def _rare(text: str, at: int) -> Token:
    """The token at ``at``, of a form that few actions hold."""
    if at >= len(text):
        raise _Fault(len(text), "unclosed action")
    character = text[at]
    if character == ".":
        following = text[at + 1 : at + 2]
        if not following or following in "0123456789":
            return _number(text, at)
        return _name(text, at, "field", at + 1)
    if character == "$":
        return _name(text, at, "variable", at + 1)
    if character in _UNTERMINATED:
        match = _CHARACTER.match(text, at) if character == "'" else None
        if match is None:
            raise _Fault(at, _UNTERMINATED[character])
        return Token("character", at, match.group())
    if character in "+-0123456789":
        return _number(text, at)
    if is_alphanumeric(character):
        return _name(text, at, "identifier", at)
    if character == ":":
        raise _Fault(at, "expected :=")
    if " " < character < "\x7f":
        return Token("other", at, character)
    raise _Fault(at, f"unrecognized character in action: {_unicode(character)}")


def _name(text: str, start: int, kind: str, at: int) -> Token:
    end = _word_end(text, at)
    if end < len(text) and text[end] not in _TERMINATORS and not text.startswith("}}", end):
        raise _Fault(start, f"bad character {_unicode(text[end])}")
    return Token(kind, start, text[start:end])


def _word_end(text: str, at: int) -> int:
    match = _WORD.match(text, at)
    if match is None:
        return at
    for index, character in enumerate(match.group()):
        if not is_alphanumeric(character):
            return at + index
    return match.end()


def _number(text: str, start: int) -> Token:
    end = _number_end(text, start, start)
    kind = "number"
    if text[end : end + 1] in ("+", "-"):
        end = _number_end(text, start, end)
        kind = "complex"
        if text[end - 1] != "i":
            raise _Fault(start, f"bad number syntax: {quote(text[start:end])}")
    return Token(kind, start, text[start:end])


def _number_end(text: str, start: int, at: int) -> int:
    match = _NUMBER.match(text, at)
    end = match.end() if match else at
    if end < len(text) and is_alphanumeric(text[end]):
        raise _Fault(start, f"bad number syntax: {quote(text[start : end + 1])}")
    return end


def is_alphanumeric(character: str) -> bool:
    """Whether a name may hold the character: a letter, a digit or ``_``."""
    if character.isascii():
        return character.isalnum() or character == "_"
    category = unicodedata.category(character)
    return category[0] == "L" or category == "Nd"


def _unicode(character: str) -> str:
    """The character as ``%#U`` prints it."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        code, character = 0xFFFD, "\ufffd"
    return f"U+{code:04X} '{character}'" if character.isprintable() else f"U+{code:04X}"
