"""Selectors of devices: CEL expressions over ``device`` (dynamic-resource-allocation ``cel/compile.go``).

Not looked at: what an expression costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.cel.check import expression_problem, parse_expression
from kubelens.cel.types import MapOf, Record, Type, type_problem
from kubelens.predict.apiserver.causes import CauseReason, Path, Report

_MOST: Final = 32
_LONGEST: Final = 10 * 1024
_VARIABLES: Final[Mapping[str, Type]] = {
    "device": Record(
        {
            "driver": "string",
            "attributes": MapOf(MapOf()),
            "capacity": MapOf(MapOf("quantity")),
            "allowMultipleAllocations": "bool",
        }
    )
}


def selector_problem(expression: str) -> str:
    """What is wrong with the expression of a selector, ``""`` where nothing is seen to be."""
    if problem := expression_problem(expression, frozenset(_VARIABLES), boolean=True, bindings=True):
        return problem
    tree = parse_expression(expression)
    return "" if tree is None else type_problem(tree, _VARIABLES, "bool")


def validate_selectors(selectors: list[dict[str, Any]], report: Report, path: Path) -> None:
    """At most 32 expressions that compile and say yes or no."""
    if len(selectors) > _MOST:
        report.too_many(path, len(selectors), _MOST)
        return
    for index, selector in enumerate(selectors):
        here = (*path, index, "cel")
        if selector.get("cel") is None:
            report.required(here)
            continue
        expression = selector["cel"].get("expression", "")
        if len(expression.encode()) > _LONGEST:
            report.add((*here, "expression"), CauseReason.TOO_LONG, f"must have at most {_LONGEST} bytes")
        elif problem := selector_problem(expression):
            report.invalid((*here, "expression"), expression, problem)
