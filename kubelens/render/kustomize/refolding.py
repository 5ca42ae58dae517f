"""What folded text becomes when go-yaml v3 writes and reads it once more.

Its emitter (``yaml_emitter_write_folded_scalar``) looks at the beginning of the text where it means to look at the next
line, so text whose later lines are indented gains line breaks, and other text loses some.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kubelens.render.yaml.scalar_text import is_block_possible
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Mapping, Scalar

_BLANK: Final = " \t"


@lru_cache(maxsize=1024)
def refolded(text: str) -> str:
    """The text after the round."""
    if not text or not is_block_possible(text):
        return text
    root, _ = parse_stream(Source("", f"k: {_written(text)}\nz: 1\n"))
    if type(root) is Mapping and type(root.entries[0][1]) is Scalar:
        return root.entries[0][1].text
    return text


def _written(text: str) -> str:
    hint = "2" if text[0] in " \n" else ""
    chomp = "-" if text[-1] != "\n" else "+" if len(text) == 1 or text[-2] == "\n" else ""
    out = [f">{hint}{chomp}\n"]
    begins_blank = _begins_blank(text)
    breaks = leading = True
    for char in text:
        if char == "\n":
            if not breaks and not leading and not begins_blank:
                out.append("\n")
            out.append("\n")
            breaks = True
        else:
            if breaks:
                out.append("  ")
                leading = char in _BLANK
            out.append(char)
            breaks = False
    return "".join(out)


def _begins_blank(text: str) -> bool:
    """Whether a blank stands behind the line breaks at the beginning."""
    rest = text.lstrip("\n")
    return not rest or rest[0] in _BLANK
