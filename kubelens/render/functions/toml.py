"""TOML (Helm's ``toToml`` and ``fromToml``): Helm 3 prints no exponents."""

from __future__ import annotations

from kubelens.render.functions.family import Family
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.limits import work_of_printing, work_of_reading
from kubelens.render.toml.read import NotReadable, read_toml
from kubelens.render.toml.write import NotToml, to_toml


def toml(helm: int) -> Family:
    """The functions of a major version of Helm."""
    family = Family()
    exponents = helm >= 4

    def printed(value: object) -> str:
        if value is None:
            raise TemplateFailure("reflect: call of reflect.Value.Type on zero Value")
        return to_toml(value, exponents=exponents)

    @family.function("toToml", takes=(ANY,), costs=work_of_printing)
    def toml_text(value: object) -> str:
        """The value as TOML; what is wrong with it if it cannot be."""
        try:
            return printed(value)
        except NotToml as fault:
            return str(fault)

    @family.function("mustToToml", takes=(ANY,), new=True, costs=work_of_printing)
    def must_toml_text(value: object) -> str:
        """The value as TOML; fails if it cannot be."""
        try:
            return printed(value)
        except NotToml as fault:
            raise TemplateFailure(str(fault)) from None

    @family.function("fromToml", takes=("string",), costs=work_of_reading)
    def toml_map(text: str) -> dict[str, object]:
        """The map that the text is; the fault under ``Error`` if it is none."""
        try:
            return read_toml(text)
        except NotReadable as fault:
            return {"Error": str(fault)}

    return family
