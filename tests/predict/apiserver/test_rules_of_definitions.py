"""``x-kubernetes-validations``: what breaks a rule, what it says, and where."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.definitions.openapi_schema import Place, validate_schema
from kubelens.predict.apiserver.definitions.rules import validate_rules

SPEC = {
    "type": "object",
    "properties": {
        "size": {"type": "string"},
        "ratio": {"type": "number"},
        "until": {"type": "string", "format": "date-time"},
        "nets": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
        "on-call": {"type": "boolean"},
        "parts": {
            "type": "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "id": {"type": "integer"}},
                "x-kubernetes-validations": [{"rule": "self.id == oldSelf.id", "message": "id is fixed"}],
            },
        },
    },
}


def judged(rules: list[dict[str, Any]], spec: dict[str, Any], old: dict[str, Any] | None = None) -> list[str]:
    schema = {"type": "object", "properties": {"spec": {**SPEC, "x-kubernetes-validations": rules}}}
    report, skipped = Report(), []
    before = None if old is None else {"metadata": {"name": "a"}, "spec": old}
    validate_rules({"metadata": {"name": "a"}, "spec": spec}, before, schema, report, (), skipped)
    assert not skipped
    return [f"{'.'.join(map(str, cause.path))}: {cause.message}" for cause in report.causes]


@pytest.mark.parametrize(
    ("rule", "spec"),
    [
        ("quantity(self.size).isLessThan(quantity('10Gi'))", {"size": "512Mi"}),
        ("self.ratio == 2.0 && self.ratio / 4.0 == 0.5", {"ratio": 2}),
        ("self.until > timestamp('2020-01-01T00:00:00Z')", {"until": "2026-01-01T00:00:00Z"}),
        ("self.nets.all(n, isCIDR(n)) && self.nets == ['b', 'a'] || true", {"nets": ["10.0.0.0/8"]}),
        ("self.nets == ['b', 'a']", {"nets": ["a", "b"]}),
        ("self.on__dash__call", {"on-call": True}),
        ("self.?size.orValue('1') == '1'", {}),
        ("!has(self.size) || self.size.startsWith('5')", {}),
    ],
)
def test_rules_that_hold(rule: str, spec: dict[str, Any]) -> None:
    assert judged([{"rule": rule}], spec) == []


@pytest.mark.parametrize(
    ("rule", "spec", "told"),
    [
        ({"rule": "self.size == '1'", "message": "one"}, {"size": "2"}, "spec: one"),
        ({"rule": "self.size == '1'"}, {"size": "2"}, "spec: failed rule: self.size == '1'"),
        ({"rule": "self.size == '1'", "message": "one"}, {}, "spec: no such key: size evaluating rule: one"),
        (
            {"rule": "quantity(self.size).sign() > 0", "message": "more than none"},
            {"size": "1K"},
            "evaluating rule: more than none",
        ),
        ({"rule": "self.size == '1'", "message": "m", "fieldPath": ".size"}, {"size": "2"}, "spec.size: m"),
        (
            {"rule": "self.size == '1'", "message": "m", "messageExpression": "'not ' + self.size"},
            {"size": "2"},
            "spec: not 2",
        ),
        (
            {"rule": "self.size == '1'", "message": "m", "messageExpression": "self.none"},
            {"size": "2"},
            "spec: m",
        ),
        ({"rule": "oldSelf.hasValue()", "optionalOldSelf": True, "message": "first"}, {}, "spec: first"),
    ],
)
def test_rules_that_are_broken(rule: dict[str, Any], spec: dict[str, Any], told: str) -> None:
    (found,) = judged([rule], spec)
    assert told in found


def test_items_of_a_map_list_are_compared_with_themselves() -> None:
    old = {"parts": [{"name": "a", "id": 1}, {"name": "b", "id": 2}]}
    assert judged([], {"parts": [{"name": "b", "id": 2}, {"name": "c", "id": 9}]}, old) == []
    assert judged([], {"parts": [{"name": "b", "id": 3}]}, old) == ["spec.parts.0: id is fixed"]


def test_what_was_broken_before_and_did_not_change_is_forgiven() -> None:
    rule = {"rule": "self.size == '1'", "message": "one"}
    assert judged([rule], {"size": "2"}, {"size": "2"}) == []
    assert judged([rule], {"size": "3"}, {"size": "2"}) == ["spec: one"]


@pytest.mark.parametrize(
    ("rule", "most", "right"),
    [
        ("self.l.all(x, x != '')", None, True),
        ("self.l.all(x, self.l.exists(y, x == y))", None, False),
        ("self.l.all(x, self.l.exists(y, x == y))", 100, True),
        ("self.l.all(x, x in self.l)", None, False),
        ("'a' in self.l", None, True),
        ("self.m.all(k, self.l.all(x, x != k))", None, False),
    ],
)
def test_loops_over_lists_without_a_bound_are_too_costly(rule: str, most: int | None, right: bool) -> None:  # noqa: FBT001
    texts: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    if most is not None:
        texts["maxItems"] = most
    schema = {
        "type": "object",
        "properties": {"l": texts, "m": {"type": "object", "additionalProperties": {"type": "string"}}},
        "x-kubernetes-validations": [{"rule": rule}],
    }
    report = Report()
    validate_schema(schema, report, ("openAPIV3Schema",), Place())
    assert [str(cause.reason) for cause in report.causes] == ([] if right else ["FieldValueForbidden"] * 2)
