"""Corners of the language that its public conformance cases ask for."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.cel.evaluate import CelError, Unmodelled, program

ANSWERS: list[tuple[str, dict[str, Any], Any]] = [
    # Whole numbers and doubles are compared as doubles: the neighbour of 2**63 is 2**63.
    ("dyn(9223372036854775807) < 9223372036854775808.0", {}, False),
    ("dyn(9223372036854775808.0) <= 9223372036854775807", {}, True),
    ("dyn(9223372036854775807) == 9223372036854775808.0", {}, True),
    ("dyn(9007199254740993) == 9007199254740992.0", {}, True),
    ("dyn(9007199254740993) > dyn(9007199254740992)", {}, True),
    ("dyn(18446744073709551615u) >= 18446744073709551616.0", {}, True),
    ("dyn(1) == 1u && dyn(1u) == 1.0", {}, True),
    # Variables may have dots in their names; the longest name wins, but not over what a macro binds.
    ("a.b.c", {"a.b.c": "whole", "a.b": {"c": "part"}}, "whole"),
    ("a.b.c", {"a.b": {"c": "part"}}, "part"),
    ("[{'b': 0}].exists(a, a.b == 0)", {"a.b": 42}, True),
    # A function that nobody declares is an error where it is called, which || and && forgive.
    ("nobody_has_this(17) || true", {}, True),
    ("!(false && a.nobody())", {}, True),
    ("a.while() || true", {}, True),
    ("type(ip('::1')) == net.IP", {}, True),
    ("type(cidr('10.0.0.0/8')) == net.CIDR", {}, True),
    ("google.protobuf.Int32Value{value: 34} == dyn(google.protobuf.UInt64Value{value: 34u})", {}, True),
    ("google.protobuf.FloatValue{value: -1.5} == google.protobuf.DoubleValue{value: -1.5}", {}, True),
    ("google.protobuf.StringValue{} + 'a'", {}, "a"),
    ("{'a': 1, 'b': 2u}['b']", {}, 2),
]


@pytest.mark.parametrize(("expression", "names", "value"), ANSWERS, ids=[text for text, _, _ in ANSWERS])
def test_values(expression: str, names: dict[str, Any], value: Any) -> None:
    assert program(expression).evaluate(names) == value


@pytest.mark.parametrize(
    "expression",
    [
        "nobody_has_this(17)",
        "'a'.nobody()",
        "{0: 1, 0u: 2}[0]",
        "google.protobuf.Int32Value{value: 2147483648}",
        "google.protobuf.Int64Value{value: 1u}",
        "google.protobuf.BoolValue{other: true}",
        "'a'.matches('(')",
        "ip('::ffff:10.0.0.1')",
    ],
)
def test_errors(expression: str) -> None:
    with pytest.raises(CelError):
        program(expression).evaluate({})


@pytest.mark.parametrize(
    "expression", ["authorizer.path('/').check('get').allowed()", "Thing{field: 1}", "{1: 0, true: 1}"]
)
def test_what_is_not_modelled_is_no_error_of_the_expression(expression: str) -> None:
    with pytest.raises(Unmodelled):
        program(expression).evaluate({"authorizer": {}})
