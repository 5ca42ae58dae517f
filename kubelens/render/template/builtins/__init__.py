"""The functions that text/template itself has, one family a file."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.function import Function
from kubelens.render.template.builtins import comparison, escaping, indexing, printing

_ALL: Final[dict[str, Function]] = {
    function.name: function
    for family in (comparison.FUNCTIONS, escaping.FUNCTIONS, indexing.FUNCTIONS, printing.FUNCTIONS)
    for function in family
}
_FIRST_WITH_TYPES: Final = 4


def builtins(helm: int) -> dict[str, Function]:
    """All of them by name, as the Go release has them that a major version of Helm is built with."""
    if helm >= _FIRST_WITH_TYPES:
        return _ALL
    return {**_ALL, **{function.name: comparison.without_types(function) for function in comparison.COMPARING}}
