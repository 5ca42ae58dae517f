"""What a YAML reader's complaint means for the one who wrote the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelens.syntax.text import Problem

_MEANT: Final[Mapping[str, str]] = {
    "a tab at the beginning": "lines are indented by blanks alone",
    "mapping values are not allowed": "a second ': ' in one value, or a line that is deeper than its map: quote the text, or mend the indentation",
    "did not find expected key": "this line's column is that of no level above: an entry of a map begins where the entries before it begin",
    "did not find expected '-' indicator": "the items of the list above begin with '- ' at their own column; this line does not",
    "could not find expected ':'": "a key needs ': ' behind it; text of several lines needs '|' or quotes",
    "block sequence entries are not allowed": "'- ' begins a line of its own, below its key",
    "cannot start any token": "a text that begins with such a sign (@ ` or %) is written in quotes",
    "unknown escape character": "in double quotes a backslash begins an escape such as \\n: single quotes take it as it is",
    "did not find expected ',' or ']'": "a list in brackets is not closed, or a comma is missing between its items",
    "did not find expected ',' or '}'": "a map in braces is not closed, or a comma is missing between its entries",
    "unexpected end of stream (while scanning a quoted scalar": "the quote that opens here is not closed",
    "found undefined tag handle": "'!' begins a tag: a text that begins with it is written in quotes",
    "alphabetic or numeric character": "'&' and '*' begin an anchor and an alias: a text that begins with them is written in quotes",
    "undefined alias": "'*' begins an alias: a text that begins with it is written in quotes",
}


def in_plain_words(problem: Problem) -> list[str]:
    """One note, or none where the message says it all."""
    return next(([note] for said, note in _MEANT.items() if said in problem.message), [])


def is_not_closed(problem: Problem) -> bool:
    """Whether a quote that is not closed is told at the end of the text, far from where it was opened."""
    return problem.began is not None and "unexpected end of stream (while scanning a quoted" in problem.message
