"""``x-kubernetes-validations`` of custom resources (apiextensions ``pkg/apiserver/schema/cel``: ``Validator``).

A rule that ends in an error is broken, as in the server. Not modelled: the cost limit of an evaluation; a bound of our own stands in for it. A rule whose
expression needs something that is not modelled is not evaluated, and is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from kubelens.cel.evaluate import CelError, Unmodelled, program
from kubelens.cel.parse import CelSyntaxError
from kubelens.cel.steps import Budget, Names
from kubelens.cel.values import NONE, Optional
from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.definitions.cel_values import cel_value
from kubelens.syntax.pattern import pattern

_REASONS: Final = {
    "FieldValueRequired": CauseReason.REQUIRED,
    "FieldValueForbidden": CauseReason.FORBIDDEN,
    "FieldValueInvalid": CauseReason.INVALID,
    "FieldValueDuplicate": CauseReason.DUPLICATE,
}
_OLD: Final = pattern(r"\boldSelf\b")


def has_rules(schema: Any) -> bool:
    """Whether a schema has rules anywhere the server evaluates them."""
    waiting = [schema]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict) or id(one) in seen:
            continue
        if one.get("x-kubernetes-validations"):
            return True
        seen.add(id(one))  # large schemas are made of parts that they share
        if "properties" in one:
            waiting.extend(one["properties"].values())
        waiting.append(one.get("items"))
        waiting.append(one.get("additionalProperties"))
        if "allOf" in one:
            waiting.extend(one["allOf"])
    return False


class _Spot(Struct, frozen=True):
    """A value and where it stands; ``old`` is None where it has no counterpart before the change."""

    value: Any
    old: Any
    path: Path
    schema: dict[str, Any]
    unchanged: bool = False
    """It, or what holds it, is as it was: broken rules are forgiven (CRD validation ratcheting)."""

    def inside(self, step: str | int, value: Any, old: Any, schema: dict[str, Any]) -> _Spot:
        unchanged = self.unchanged or (old is not None and old == value)
        return _Spot(value, old, (*self.path, step), schema, unchanged)


def validate_rules(
    value: Any, old: Any, schema: dict[str, Any], report: Report, path: Path, skipped: list[str]
) -> None:
    """Evaluate every rule on ``value`` and below; ``skipped`` takes the rules that could not be evaluated.

    ``old``: the value before the change, None where there was none.
    """
    spot = _Spot(value, old, path, schema, old is not None and old == value)
    _validate(spot, schema, report, skipped, Budget())


def _validate(spot: _Spot, rules: dict[str, Any], report: Report, skipped: list[str], budget: Budget) -> None:
    """``rules`` is the schema that holds the rules: the value's own, or one under its ``allOf``."""
    if spot.value is None:
        return
    if own := rules.get("x-kubernetes-validations"):
        self_value, old_value = _converted(spot)
        for rule in own:
            _rule(rule, spot, self_value, old_value, report, skipped, budget)
    for branch in rules.get("allOf", ()):
        if has_rules(branch):
            _validate(spot, branch, report, skipped, budget)
    for inner, inner_rules in _below(spot, rules):
        _validate(inner, inner_rules, report, skipped, budget)


def _below(spot: _Spot, rules: dict[str, Any]) -> Iterator[tuple[_Spot, dict[str, Any]]]:
    schema = spot.schema
    if isinstance(spot.value, list):
        items, ruled = schema.get("items"), rules.get("items")
        if isinstance(items, dict) and isinstance(ruled, dict):
            for index, item in enumerate(spot.value):
                yield spot.inside(index, item, _counterpart(item, spot.old, schema), items), ruled
    elif isinstance(spot.value, dict):
        old = spot.old if isinstance(spot.old, dict) else {}
        for name, item in spot.value.items():
            inner, ruled = _property(schema, name), _property(rules, name)
            if inner is not None and ruled is not None:
                yield spot.inside(name, item, old.get(name), inner), ruled


def _property(schema: dict[str, Any], name: str) -> dict[str, Any] | None:
    found = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
    return found if isinstance(found, dict) else None


def _counterpart(item: Any, old: Any, schema: dict[str, Any]) -> Any:
    """The item before the change: lists of type map know it by its keys, others do not."""
    if not isinstance(old, list) or schema.get("x-kubernetes-list-type") != "map" or not isinstance(item, dict):
        return None
    keys = schema.get("x-kubernetes-list-map-keys", ())
    wanted = [item.get(key) for key in keys]
    return next((one for one in old if isinstance(one, dict) and [one.get(key) for key in keys] == wanted), None)


def _converted(spot: _Spot) -> tuple[Any, Any]:
    root = not spot.path
    try:
        old = None if spot.old is None else cel_value(spot.old, spot.schema, root=root)
        return cel_value(spot.value, spot.schema, root=root), old
    except CelError as error:
        return error, None


def _rule(
    rule: dict[str, Any], spot: _Spot, self_value: Any, old: Any, report: Report, skipped: list[str], budget: Budget
) -> None:
    text = rule.get("rule", "")
    uses_old, optional = _OLD.search(text) is not None, bool(rule.get("optionalOldSelf"))
    if uses_old and old is None and not optional:
        return
    names: dict[str, Any] = {"self": self_value}
    if optional:
        names["oldSelf"] = NONE if old is None else Optional(old)
    elif old is not None:
        names["oldSelf"] = old
    try:
        if isinstance(self_value, CelError):
            raise self_value
        holds = program(text).evaluate(names, budget)
    except (Unmodelled, CelSyntaxError):
        skipped.append(text)
        return
    except CelError as error:
        report.add(spot.path, CauseReason.INVALID, f"{error} evaluating rule: {rule.get('message') or text}")
        return
    if holds is True or (spot.unchanged and not uses_old):
        return
    where = spot.path + _steps(rule.get("fieldPath", ""), spot.schema)
    reason = _REASONS.get(rule.get("reason", ""), CauseReason.INVALID)
    report.add(where, reason, _message(rule, names, budget) or rule.get("message") or f"failed rule: {text}")


def _steps(field_path: str, schema: dict[str, Any]) -> tuple[str, ...]:
    if not field_path:
        return ()
    from kubelens.predict.apiserver.definitions.schema_rules import field_schema

    return field_schema(schema, field_path)[1]


def _message(rule: dict[str, Any], names: Names, budget: Budget) -> str:
    """What the rule's own expression says, ``""`` where it has none or gives nothing to print."""
    expression = rule.get("messageExpression")
    if not expression:
        return ""
    try:
        told = program(expression).evaluate(names, budget)
    except (CelError, Unmodelled, CelSyntaxError):
        return ""
    return told.strip() if isinstance(told, str) and "\n" not in told else ""
