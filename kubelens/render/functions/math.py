"""Arithmetic (sprig, ``numeric.go``): integers are ``int64`` and come round."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from kubelens.render.functions.family import Family
from kubelens.render.functions.numbers import float_of, int_of
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.printing import sprint
from kubelens.render.go.strconv import NotANumber, parse_int
from kubelens.render.go.types import MAX_INT64, MIN_INT64, Int64, Slice, UnknownInt, UnknownInt64, wrapped
from kubelens.render.limits import within_items
from kubelens.render.origin import Text, Unknown

MATH = Family()
_LARGEST_EXPONENT = 400
Body = TypeVar("Body", bound=Callable[..., int])


def _integer(*names: str, takes: tuple[str, ...], variadic: bool = False) -> Callable[[Body], Body]:
    """Enters a function whose result stands in for another integer where an argument stands in for another value."""

    def entered(body: Body) -> Body:
        def call(*values: object) -> int:
            made = body(*values)
            if not any(map(_stands_in, values)):
                return made
            return UnknownInt64(made) if isinstance(made, Int64) else UnknownInt(made)

        MATH.function(*names, takes=takes, variadic=variadic)(call)
        return body

    return entered


def _stands_in(value: object) -> bool:
    return value.unknown if type(value) is Text else isinstance(value, Unknown)


@_integer("int", takes=(ANY,))
def to_int(value: object) -> int:
    """The value as ``int``."""
    return int_of(value)


@_integer("int64", takes=(ANY,))
def to_int64(value: object) -> Int64:
    """The value as ``int64``."""
    return Int64(int_of(value))


@MATH.function("float64", takes=(ANY,))
def to_float64(value: object) -> float:
    """The value as ``float64``."""
    return float_of(value)


@_integer("atoi", takes=("string",))
def atoi(text: str) -> int:
    """A decimal integer; 0 for other text, the nearest integer for one that is too large (``strconv.Atoi``)."""
    try:
        return parse_int(text)
    except NotANumber as fault:
        if "out of range" not in str(fault):
            return 0
        return MIN_INT64 if text.startswith("-") else MAX_INT64


@_integer("toDecimal", takes=(ANY,))
def to_decimal(value: object) -> Int64:
    """The value's octal digits as a number; 0 where there are others."""
    try:
        return Int64(parse_int(sprint((value,)), 8))
    except NotANumber:
        return Int64(0)


@_integer("add", takes=(ANY,), variadic=True)
def add(*values: object) -> Int64:
    """The sum."""
    return Int64(wrapped(sum(int_of(value) for value in values)))


@_integer("add1", takes=(ANY,))
def add1(value: object) -> Int64:
    """One more."""
    return Int64(wrapped(int_of(value) + 1))


@_integer("sub", takes=(ANY, ANY))
def sub(value: object, less: object) -> Int64:
    """The difference."""
    return Int64(wrapped(int_of(value) - int_of(less)))


@_integer("mul", takes=(ANY, ANY), variadic=True)
def mul(value: object, *factors: object) -> Int64:
    """The product."""
    product = int_of(value)
    for factor in factors:
        product = wrapped(product * int_of(factor))
    return Int64(product)


@_integer("div", takes=(ANY, ANY))
def div(value: object, divisor: object) -> Int64:
    """The quotient without its fraction."""
    return Int64(wrapped(_quotient(int_of(value), int_of(divisor))))


@_integer("mod", takes=(ANY, ANY))
def mod(value: object, divisor: object) -> Int64:
    """The rest, with the sign of what is divided."""
    whole, parts = int_of(value), int_of(divisor)
    return Int64(whole - _quotient(whole, parts) * parts)


def _quotient(value: int, divisor: int) -> int:
    if divisor == 0:
        raise TemplateFailure("runtime error: integer divide by zero")
    quotient = abs(value) // abs(divisor)
    return quotient if (value < 0) == (divisor < 0) else -quotient


@_integer("max", "biggest", takes=(ANY, ANY), variadic=True)
def largest(value: object, *others: object) -> Int64:
    """The largest, as an integer."""
    return Int64(max(int_of(one) for one in (value, *others)))


@_integer("min", takes=(ANY, ANY), variadic=True)
def smallest(value: object, *others: object) -> Int64:
    """The smallest, as an integer."""
    return Int64(min(int_of(one) for one in (value, *others)))


@MATH.function("maxf", takes=(ANY, ANY), variadic=True)
def largest_float(value: object, *others: object) -> float:
    """The largest; NaN if one is."""
    return _extreme(max, (value, *others))


@MATH.function("minf", takes=(ANY, ANY), variadic=True)
def smallest_float(value: object, *others: object) -> float:
    """The smallest; NaN if one is."""
    return _extreme(min, (value, *others))


def _extreme(pick: Callable[[list[float]], float], values: tuple[object, ...]) -> float:
    numbers = [float_of(value) for value in values]
    return math.nan if any(map(math.isnan, numbers)) else pick(numbers)


@MATH.function("floor", takes=(ANY,))
def floor(value: object) -> float:
    """The next whole number below."""
    number = float_of(value)
    return float(math.floor(number)) if math.isfinite(number) else number


@MATH.function("ceil", takes=(ANY,))
def ceil(value: object) -> float:
    """The next whole number above."""
    number = float_of(value)
    return math.copysign(math.ceil(number), number) if math.isfinite(number) else number


@MATH.function("round", takes=(ANY, "int", "float64"), variadic=True)
def rounded(value: object, places: int, *on: float) -> float:
    """To that many decimal places: up where the rest is at least ``on`` (.5), else down, whatever the sign."""
    number = float_of(value)
    power = _power_of_ten(places)
    digit = power * number
    if not math.isfinite(digit):
        return math.nan if math.isinf(power) else digit / power
    if power == 0:
        return math.nan
    rest = math.modf(digit)[0]
    whole = math.ceil(digit) if rest >= (on[0] if on else 0.5) else math.floor(digit)
    return math.copysign(float(whole), whole or digit) / power


def _power_of_ten(exponent: int) -> float:
    """Ten to a power as Go multiplies it up (``math.Pow``): a last bit may differ from the nearest number."""
    if abs(exponent) > _LARGEST_EXPONENT:
        return math.inf if exponent > 0 else 0.0
    product, product_power = 1.0, 0
    factor, factor_power = math.frexp(10.0)
    rest = abs(exponent)
    while rest:
        if rest & 1:
            product *= factor
            product_power += factor_power
        factor *= factor
        factor_power *= 2
        if factor < 0.5:
            factor *= 2
            factor_power -= 1
        rest >>= 1
    if exponent < 0:
        product, product_power = 1 / product, -product_power
    try:
        return math.ldexp(product, product_power)
    except OverflowError:
        return math.inf


@MATH.function("until", takes=("int",))
def until(count: int) -> Slice:
    """The integers from 0 to before ``count``, downwards if it is negative."""
    return _range(0, count, -1 if count < 0 else 1)


@MATH.function("untilStep", takes=("int", "int", "int"))
def until_step(start: int, stop: int, step: int) -> Slice:
    """The integers from ``start`` to before ``stop``; none where the step leads away."""
    return _range(start, stop, step)


def _range(start: int, stop: int, step: int) -> Slice:
    if step == 0 or (stop < start) != (step < 0):
        return Slice((), "[]int")
    found = range(start, stop, step)
    within_items(len(found))
    return Slice(found, "[]int")


@MATH.function("seq", takes=("int",), variadic=True)
def seq(*bounds: int) -> str:
    """The integers of ``end``, ``start end`` or ``start step end``, with blanks between them, as ``seq`` prints them."""
    match bounds:
        case (end,):
            start, step = 1, -1 if end < 1 else 1
        case (start, end):
            step = -1 if end < start else 1
        case (start, step, end):
            if end < start and step > 0:
                return ""
        case _:
            return ""
    beyond = end + (-1 if end < start else 1)
    return " ".join(map(str, _range(start, beyond, step)))
