"""The functions that text/template itself has, one family a file. ``BUILTINS`` holds them all by name."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.function import Function
from kubelens.render.template.builtins import comparison, escaping, indexing, printing

BUILTINS: Final[dict[str, Function]] = {
    function.name: function
    for family in (comparison.FUNCTIONS, escaping.FUNCTIONS, indexing.FUNCTIONS, printing.FUNCTIONS)
    for function in family
}
