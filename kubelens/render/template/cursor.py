"""A template's tokens one after another, and what is said of those that may not stand where they do."""

from __future__ import annotations

from typing import NoReturn

from kubelens.render.template.faults import ParseFault
from kubelens.render.template.lexer import Token, tokens


class Cursor:
    """Reads the tokens of the text of a ``file``.

    ``at``: the next token; ``seen``: the last one that was looked at; ``action_line``: the line where the present
    action begins, 0 outside of one and where no token is wrong.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file_name = file
        self.text = text
        self.tokens = tokens(text)
        self.tokens.append(Token("end of file", len(text), ""))
        self.at = 0
        self.seen = 0
        self.action_line = 0

    def peek(self) -> Token:
        """The next token, which stays the next one."""
        at = min(self.at, len(self.tokens) - 1)
        if at > self.seen:
            self.seen = at
        return self.tokens[at]

    def next(self) -> Token:
        """The next token."""
        token = self.peek()
        self.at += 1
        return token

    def peek_past_space(self) -> Token:
        """The next token that is no space, which stays the next one."""
        token = self.peek()
        if token.kind == "space":
            self.at += 1
            token = self.peek()
        return token

    def next_past_space(self) -> Token:
        """The next token that is no space."""
        token = self.peek_past_space()
        self.at += 1
        return token

    def expect(self, kind: str, context: str) -> Token:
        """The next token that is no space, which must be of a kind."""
        token = self.next_past_space()
        if token.kind != kind:
            self.unexpected(token, context)
        return token

    def fail(self, message: str) -> NoReturn:
        """Raise ``ParseFault``, at the line of the last token that was looked at."""
        line = self.line(self.tokens[self.seen].start)
        raise ParseFault(self.file_name, line, message)

    def line(self, offset: int) -> int:
        """The line of an offset."""
        return 1 + self.text.count("\n", 0, offset)

    def unexpected(self, token: Token, context: str) -> NoReturn:
        """Raise ``ParseFault`` for a token that may not stand in a ``context``."""
        if token.kind != "error":
            self.fail(f"unexpected {token.shown()} in {context}")
        started = ""
        if self.action_line not in (0, self.line(token.start)):
            started = f" started at {self.file_name}:{self.action_line}"
            if not token.text.endswith(" action"):
                started = " in action" + started
        self.fail(token.text + started)
