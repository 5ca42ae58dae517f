"""A definition's schema and a custom resource, both a stranger's: judged up to a bound that is told, and never wrongly refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.decode.decoder import MOST_HINTS
from kubelens.predict.apiserver.definitions.schema_values import validate_value

TOO_LARGE = [
    ({"items": {"enum": list(range(20_000))}}, [19_999] * 20_000),
    ({"items": {"enum": list(range(20_000))}}, [-1] * 20_000),
    ({"items": {"anyOf": [{"maximum": 1}] * 5_000}}, [9] * 5_000),
    ({"items": {"allOf": [{"maximum": 1}] * 5_000}}, [9] * 5_000),
    ({"allOf": [{"pattern": "^b"}] * 5_000}, "a" * 1_000_000),
]


@pytest.mark.parametrize(("schema", "value"), TOO_LARGE, ids=["in an enum", "in no enum", "anyOf", "allOf", "patterns"])
def test_what_is_too_large_together_is_not_looked_at_whole(schema: Any, value: Any) -> None:
    report = Report()
    assert validate_value(value, schema, report, ()) is False
    assert len(report.causes) < 100_000


def test_one_without_the_other_may_be_large() -> None:
    report = Report()
    assert validate_value([7] * 300_000, {"items": {"enum": [7]}}, report, ())
    assert validate_value([7], {"items": {"enum": list(range(300_000))}}, report, ())
    assert report.causes == []


MULTIPLES = [
    (9, 3, True), (10, 3, False), (0.3, 0.1, True), (1e308, 1e-320, False), (10**400, 2, False), (5, 2.5, True), (0, 7, True),
]  # fmt: skip


@pytest.mark.parametrize(("value", "part", "whole"), MULTIPLES)
def test_multiples(value: float, part: float, whole: bool) -> None:
    report = Report()
    validate_value(value, {"multipleOf": part}, report, ("spec",))
    assert [cause.message for cause in report.causes] == (
        [] if whole else [f"must be a multiple of {part}, is {report.causes[0].message.rpartition(' ')[2]}"]
    )


@pytest.mark.parametrize(("items", "twice"), [([1, 2, 1], True), ([{"a": 1}, {"a": 2}], False), (["x", ["x"]], False)])
def test_items_that_have_to_differ(items: list[Any], twice: bool) -> None:
    report = Report()
    validate_value(items, {"uniqueItems": True}, report, ("spec",))
    assert [cause.message for cause in report.causes] == (["an item is there twice"] if twice else [])


def definition(spec: Any) -> str:
    return json.dumps(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "kilns.shop.example"},
            "spec": {
                "group": "shop.example",
                "scope": "Namespaced",
                "names": {"kind": "Kiln", "plural": "kilns"},
                "versions": [
                    {
                        "name": "v1",
                        "served": True,
                        "storage": True,
                        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}},
                    }
                ],
            },
        }
    )


def answers(folder: Path, spec_schema: Any, spec: Any) -> str:
    kiln = {"apiVersion": "shop.example/v1", "kind": "Kiln", "metadata": {"name": "large"}, "spec": spec}
    (folder / "kiln.yaml").write_text(f"{definition(spec_schema)}\n---\n{json.dumps(kiln)}\n")
    return CliRunner().invoke(cli, ["predict", "apply", str(folder), "--isolated"]).output


def test_the_bound_is_told(tmp_path: Path) -> None:
    said = answers(tmp_path, {"type": "array", "items": {"type": "integer", "enum": list(range(20_000))}}, [1] * 20_000)
    assert "not held against its schema to the end: both are too large together" in said
    small = answers(tmp_path, {"type": "array", "items": {"type": "integer", "enum": [1]}}, [1])
    assert "too large together" not in small


def test_hints_are_given_for_the_first_unknown_fields(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"temperature": {"type": "integer"}}}
    said = answers(tmp_path, schema, {f"temperatur{n:03}": 1 for n in range(MOST_HINTS + 50)})
    hints = [line for line in said.splitlines() if line.startswith("  - ") and "did you mean 'temperature'" in line]
    assert len(hints) == MOST_HINTS
