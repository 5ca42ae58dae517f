"""Text inside Markdown: what a manifest says is neither markup nor a link nor a mention of people."""

from __future__ import annotations

from html import escape
from typing import Final

from kubelens.report.printable import printable
from kubelens.syntax.pattern import pattern

COMMENT: Final = 65_000
"""Characters: GitHub takes 65,536 for a comment, GitLab more."""
_MARKUP: Final = pattern(r"[\\`*_{}\[\]()#+!|~]")


def plain(text: str) -> str:
    """Text for a cell, a list item or a paragraph, on one line."""
    written = _MARKUP.sub(r"\\\g<0>", printable(" ".join(text.split())))
    return escape(written, quote=False).replace("@", "@\N{WORD JOINER}")
