"""Templates rendered with a few functions, for the tests beside."""

from __future__ import annotations

from collections.abc import Mapping

from kubelens.render.functions.rendering import ChartFailure, Rendering
from kubelens.render.go.function import ANY, Function
from kubelens.render.origin import Text
from kubelens.render.template.engine import Engine
from kubelens.render.template.space import Limits

NAME = "boat/templates/sail.yaml"
FILE = "templates/sail.yaml"


def few_functions(rendering: Rendering, builtins: Mapping[str, Function]) -> Mapping[str, Function]:
    def fail(message: str) -> str:
        raise ChartFailure(message)

    functions = [
        Function("include", rendering.include, ("string", ANY)),
        Function("tpl", rendering.tpl, ("string", ANY)),
        Function("fail", fail, ("string",)),
        Function("upper", str.upper, ("string",)),
        Function("repeat", lambda count, text: text * count, ("int", "string")),
        Function("list", lambda *values: list(values), (ANY,), variadic=True),
        Function("dict", lambda *pairs: dict(zip(pairs[::2], pairs[1::2], strict=True)), (ANY,), variadic=True),
        Function("quote", lambda value: f'"{value}"', (ANY,)),
    ]
    return {**builtins, **{function.name: function for function in functions}}


def engine(text: str, *others: str, limits: Limits | None = None) -> Engine:
    made = Engine(few_functions, limits=limits)
    for number, other in enumerate(others):
        made.add(f"boat/templates/_{number}.tpl", Text.written(other, f"templates/_{number}.tpl", 0))
    made.add(NAME, Text.written(text, FILE, 0))
    return made


def render(text: str, data: object = None, *others: str, limits: Limits | None = None) -> Text:
    return engine(text, *others, limits=limits).execute(NAME, {} if data is None else data)
