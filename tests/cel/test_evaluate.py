"""Values of expressions: CEL's own operators, macros and functions, and those an API server adds."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.cel.evaluate import CelError, Unmodelled, program
from kubelens.cel.operators import equal
from kubelens.cel.values import Record, Unordered

TRUE = r"""
1 + 2 * 3 == 7
-7 / 2 == -3 && -7 % 2 == -1
1u + 2u == 3u
1 == 1.0 && 1u < 2 && 1.5 > 1
dyn("1") != 1
0.0/0.0 != 0.0/0.0
"a" + "b" == "ab" && b"ab" == b"a" + b"b"
[1, 2] + [3] == [1, 2, 3]
2 in [1, 2] && "k" in {"k": 1} && !(3 in [])
{"a": {"b": [10, 20]}}.a.b[1] == 20
has({"a": null}.a) && !has({"a": 1}.b)
true || 1/0 == 1
1/0 == 1 || true
!(false && 1/0 == 1)
[1, 2, 3].all(x, x > 0) && [1, 0].exists(x, 1/x > 0)
[0, 1].exists(x, 1/x > 0)
![1, 1].exists_one(x, x == 1) && [1, 2].existsOne(x, x == 1)
[1, 2, 3].filter(x, x > 1).map(x, x * 2) == [4, 6]
[1, 2, 3].map(x, x > 1, x * 2) == [4, 6]
{"a": 1}.all(k, k == "a") && {"a": 1}.exists(k, v, v == 1)
["x", "y"].transformMap(i, v, v + string(i)) == {0: "x0", 1: "y1"}
[3, 1, 2].sortBy(x, -x) == [3, 2, 1]
size("käse") == 4 && size(b"käse") == 5 && "abc".size() == 3
int("-12") == -12 && int(3.9) == 3 && double("1.5") == 1.5 && uint(3) == 3u
string(1.0) == "1" && string(1e21) == "1e+21" && string(0.00001) == "1e-05" && string(true) == "true"
type(1) == int && type([]) == list && type(type(1)) == type
"abc".matches("^a.c$") && "foobar".matches("o+b")
"a,b".split(",") == ["a", "b"] && ["a", "b"].join("-") == "a-b"
"hello".indexOf("l") == 2 && "hello".lastIndexOf("l") == 3 && "hello".substring(1, 3) == "el"
" x ".trim() == "x" && "aXb".lowerAscii() == "axb" && "a".replace("a", "bb") == "bb"
"%s is %d of %.1f".format(["x", 2, 2.5]) == "x is 2 of 2.5"
"abc 123".find("[0-9]+") == "123" && "1 a 2".findAll("[0-9]") == ["1", "2"]
[1, 2, 2].isSorted() && [1, 3].sum() == 4 && [2, 1].min() == 1 && [1, 2, 1].lastIndexOf(1) == 2
[1, [2, [3]]].flatten() == [1, 2, [3]] && [2, 1, 2].distinct() == [2, 1] && lists.range(3) == [0, 1, 2]
sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && sets.intersects([1], [1, 2])
duration("1h30m") > duration("89m") && duration("90s").getMinutes() == 1 && string(duration("1.5s")) == "1.5s"
timestamp("2026-01-31T23:30:00Z").getMonth() == 0
timestamp("2026-01-31T23:30:00Z").getDate("Europe/Berlin") == 1
timestamp("2026-01-01T00:00:00Z") + duration("24h") == timestamp("2026-01-02T01:00:00+01:00")
optional.of(1).orValue(2) == 1 && optional.none().orValue(2) == 2
{"a": {"b": 1}}.?a.?b.orValue(0) == 1 && {}.?a.?b.orValue(7) == 7
[1][?3].hasValue() == false && {"k": optional.of(1)}.k.optMap(x, x + 1).value() == 2
[?optional.none(), 1] == [1] && {?"a": optional.none()} == {}
quantity("1.5Gi").isGreaterThan(quantity("1500Mi")) && quantity("100m").add(quantity("0.9")).asInteger() == 1
!isQuantity("1K") && quantity("50k").sub(20000) == quantity("30k") && quantity("-1").sign() == -1
ip("10.0.0.1").family() == 4 && !isIP("010.0.0.1") && !isIP("::ffff:1.2.3.4") && !ip.isCanonical("::0")
cidr("10.0.0.0/8").containsIP("10.1.2.3") && cidr("10.0.0.1/8").masked() == cidr("10.0.0.0/8")
cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && !isCIDR("10.0.0.0/33") && cidr("::/64").prefixLength() == 64
url("https://u@h:8/a b?k=1&k=2").getPort() == "8" && !isURL("../x") && isURL("/x")
url("https://h/a b?k=1&k=2").getQuery() == {"k": ["1", "2"]} && url("https://h/a b").getEscapedPath() == "/a%20b"
semver("1.10.0").isGreaterThan(semver("1.9.0")) && semver("1.0.0-rc.1").isLessThan(semver("1.0.0"))
isSemver("v1.2", true) && !isSemver("v1.2") && semver("1.2.3").minor() == 2
!format.dns1123Label().validate("a-b").hasValue() && format.dns1123Label().validate("A").hasValue()
format.named("uuid").value().validate("no").hasValue() && !format.named("nothing").hasValue()
'\x41\102\u0043\n' == "ABC\n" && r"\n" == "\\n" && '''a'b''' == "a'b"
1 < 2 ? "yes" == "yes" : 1/0 == 0
"""
ERRORS = """
1/0 | division by zero
1 % 0 | modulus by zero
9223372036854775807 + 1 | integer overflow
-9223372036854775808 / -1 | integer overflow
1u - 2u | unsigned integer overflow
[1][1] | index out of bounds
{"a": 1}.b | no such key: b
{"a": 1}["b"] | no such key: b
1 + "a" | no such overload
1 + 1u | no such overload
"a" < 1 | no such overload
1 && true | no such overload
[1].all(x, x) | no such overload
nothing | no such attribute
int("x") | cannot convert
duration("1y") | invalid duration
timestamp("2026-02-30T00:00:00Z") | invalid timestamp
quantity("1K") | not a quantity
ip("1.2.3") | parse error
[].min() | empty list
optional.none().value() | none() dereference
"a".matches("(") | error parsing regexp
"a".charAt("b") | no such overload
size(1) | no such overload
"a".split() | no such overload
{1: 2, 1: 3} | repeated key
"""


@pytest.mark.parametrize("text", [*TRUE.strip().splitlines(), "// a comment\ntrue // and another"])
def test_expressions_that_hold(text: str) -> None:
    assert program(text).evaluate({}) is True


@pytest.mark.parametrize("line", ERRORS.strip().splitlines())
def test_expressions_that_end_in_an_error(line: str) -> None:
    text, _, message = line.rpartition(" | ")
    with pytest.raises(CelError, match=message.replace("(", r"\(").replace(")", r"\)")):
        program(text).evaluate({})


@pytest.mark.parametrize("text", ["authorizer.group('')", "frobnicate(1)", "Other{spec: 1}"])
def test_what_is_not_modelled_says_so(text: str) -> None:
    with pytest.raises((Unmodelled, CelError)):
        program(text).evaluate({})


def test_objects_of_a_schema_have_fields_only() -> None:
    value = Record({"a-b": 1, "namespace": "x"})
    assert program("self.a__dash__b == 1 && self.__namespace__ == 'x' && !has(self.c)").evaluate({"self": value})
    with pytest.raises(CelError, match="no such overload"):
        program("self['a-b']").evaluate({"self": value})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Unordered([1, 2]), Unordered([2, 1]), True),
        (Unordered([1, 2]), [2, 1], True),
        ([1, 2], [2, 1], False),
        (Unordered([1, 1]), Unordered([1, 2]), False),
    ],
)
def test_sets_are_equal_whatever_their_order(one: Any, other: Any, same: bool) -> None:
    assert equal(one, other) is same
    assert equal(other, one) is same


def test_joined_maps_keep_the_later_item() -> None:
    listed = Unordered([{"name": "a", "v": 1}, {"name": "b", "v": 1}], ("name",))
    joined = program("self + [{'name': 'b', 'v': 2}]").evaluate({"self": listed})
    assert joined == [{"name": "a", "v": 1}, {"name": "b", "v": 2}]
