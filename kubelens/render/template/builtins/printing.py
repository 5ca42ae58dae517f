"""``print``, ``printf`` and ``println`` (fmt)."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.function import ANY, Function
from kubelens.render.go.printf import sprintf
from kubelens.render.go.printing import sprint, sprintln


def _print(*values: object) -> str:
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return sprint(values)


def _printf(form: str, *values: object) -> str:
    return sprintf(form, values)


def _println(*values: object) -> str:
    return sprintln(values)


FUNCTIONS: Final = (
    Function("print", _print, (ANY,), variadic=True),
    Function("printf", _printf, ("string", ANY), variadic=True),
    Function("println", _println, (ANY,), variadic=True),
)
