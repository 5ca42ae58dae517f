"""What needs the render it runs in: other templates, failing on purpose, the cluster (Helm, ``engine.initFunMap``)."""

from __future__ import annotations

from kubelens.render.functions.family import Family
from kubelens.render.functions.rendering import ChartFailure, Rendering
from kubelens.render.go.function import ANY


def flow(rendering: Rendering) -> Family:
    """The functions, bound to a render."""
    family = Family()
    family.function("include", takes=("string", ANY))(rendering.include)
    family.function("tpl", takes=("string", ANY))(rendering.tpl)
    family.function("lookup", takes=("string", "string", "string", "string"))(rendering.lookup)

    @family.function("fail", takes=("string",))
    def fail(message: str) -> str:
        """Ends the render with the chart's own words; ``helm lint`` goes on."""
        if rendering.lenient:
            return ""
        raise ChartFailure(message)

    @family.function("required", takes=("string", ANY))
    def required(message: str, value: object) -> object:
        """The value; ends the render with the chart's own words if it is nil or an empty text."""
        if value is None or (isinstance(value, str) and not value):
            return fail(message)
        return value

    return family
