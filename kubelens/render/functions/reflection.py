"""What a value is (sprig, ``reflect.go``)."""

from __future__ import annotations

from kubelens.render.functions.equality import deeply_equal
from kubelens.render.functions.family import Family
from kubelens.render.go.function import ANY
from kubelens.render.go.types import kind_name, type_name
from kubelens.render.limits import work_of
from kubelens.render.origin import Text

REFLECTION = Family()


@REFLECTION.function("typeOf", takes=(ANY,))
def type_of(value: object) -> str:
    """The Go type's name, which comes from no one place."""
    return Text.of(type_name(value))


@REFLECTION.function("typeIs", takes=("string", ANY))
def type_is(name: str, value: object) -> bool:
    """Whether that is the Go type's name."""
    return name == type_name(value)


@REFLECTION.function("typeIsLike", takes=("string", ANY))
def type_is_like(name: str, value: object) -> bool:
    """Whether that is the name of the Go type, or of what it points to."""
    return type_name(value) in (name, f"*{name}")


@REFLECTION.function("kindOf", takes=(ANY,))
def kind_of(value: object) -> str:
    """The Go kind, which comes from no one place."""
    return Text.of(kind_name(value))


@REFLECTION.function("kindIs", takes=("string", ANY))
def kind_is(name: str, value: object) -> bool:
    """Whether that is the Go kind."""
    return name == kind_name(value)


@REFLECTION.function("deepEqual", takes=(ANY, ANY), costs=work_of)
def deep_equal(one: object, other: object) -> bool:
    """Whether the values are the same all the way down, types included."""
    return deeply_equal(one, other)
