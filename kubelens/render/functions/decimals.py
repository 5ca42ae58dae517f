"""Arithmetic in decimals (sprig, ``execDecimalOp`` over shopspring/decimal): 0.1 and 0.2 make 0.3."""

from __future__ import annotations

import math
from fractions import Fraction

from kubelens.render.functions.family import Family
from kubelens.render.functions.numbers import float_of
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.strconv import format_float

DECIMALS = Family()
_DIVISION_PLACES = 16
"""Decimal places of a quotient (shopspring/decimal, ``DivisionPrecision``)."""


@DECIMALS.function("addf", takes=(ANY,), variadic=True)
def addf(*values: object) -> float:
    """The sum."""
    return _float(sum((_decimal(value) for value in values), Fraction(0)))


@DECIMALS.function("add1f", takes=(ANY,))
def add1f(value: object) -> float:
    """One more."""
    return _float(_decimal(value) + 1)


@DECIMALS.function("subf", takes=(ANY, ANY), variadic=True)
def subf(value: object, *less: object) -> float:
    """The difference."""
    number = _decimal(value)
    for one in less:
        number -= _decimal(one)
    return _float(number)


@DECIMALS.function("mulf", takes=(ANY, ANY), variadic=True)
def mulf(value: object, *factors: object) -> float:
    """The product."""
    number = _decimal(value)
    for factor in factors:
        number *= _decimal(factor)
    return _float(number)


@DECIMALS.function("divf", takes=(ANY, ANY), variadic=True)
def divf(value: object, *divisors: object) -> float:
    """The quotient, rounded to sixteen decimal places."""
    number = _decimal(value)
    for one in divisors:
        divisor = _decimal(one)
        if divisor == 0:
            raise TemplateFailure("decimal division by 0")
        scaled = abs(number / divisor) * 10**_DIVISION_PLACES
        nearest = math.floor(scaled + Fraction(1, 2))
        number = Fraction(nearest if (number < 0) == (divisor < 0) else -nearest, 10**_DIVISION_PLACES)
    return _float(number)


def _decimal(value: object) -> Fraction:
    """The decimal that the number prints as (``decimal.NewFromFloat``)."""
    number = float_of(value)
    if not math.isfinite(number):
        raise TemplateFailure(f"Cannot create a Decimal from {format_float(number)}")
    return Fraction(repr(number))


def _float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
