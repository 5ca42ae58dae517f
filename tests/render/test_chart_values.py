"""Values of charts: what is given over what a chart has, and a parent's over its subcharts'."""

from __future__ import annotations

import json

import pytest

from kubelens.render.chart.coalesce import Coalescing
from kubelens.render.chart.dependencies import process_dependencies
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.given import Given
from kubelens.render.chart.ignore import IgnoreRules
from kubelens.render.chart.load import load
from kubelens.render.chart.render import render
from kubelens.render.chart.schema import check_schema
from kubelens.render.chart.settings import Settings
from kubelens.render.chart.values import load_values
from kubelens.render.origin import Sourced, Text
from kubelens.render.yaml.read import read_yaml

CHART = b"apiVersion: v2\nname: shop\nversion: 1.0.0\n"


def values_of(files: dict[str, str], given: Given, helm: int = 4) -> object:
    chart = load({"Chart.yaml": CHART, **{name: text.encode() for name, text in files.items()}}, helm)
    over = given.values(helm)
    process_dependencies(chart, over, helm)
    return json.loads(json.dumps(Coalescing(helm).values_of(chart, over)))


def test_null_deletes_a_default() -> None:
    assert values_of({"values.yaml": "a: {b: 1, c: 2}\n"}, Given(set=["a.b=null"])) == {"a": {"c": 2}}


@pytest.mark.parametrize(("helm", "kept"), [(4, {"sub": {"a": 1, "global": {}}}), (3, {"sub": {"global": {}}})])
def test_a_parents_null_deletes_a_subcharts_default_in_helm_3_only(helm: int, kept: object) -> None:
    files = {
        "values.yaml": "sub: {a: null}\n",
        "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        "charts/sub/values.yaml": "a: 1\n",
    }
    assert values_of(files, Given(), helm) == kept


def test_condition_beats_tags() -> None:
    files = {
        "Chart.yaml": CHART.decode() + "dependencies: [{name: sub, version: '*', condition: sub.on, tags: [t]}]\n",
        "values.yaml": "tags: {t: true}\nsub: {'on': false}\n",
        "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        "charts/sub/values.yaml": "x: 1\n",
    }
    assert values_of(files, Given()) == {"tags": {"t": True}, "sub": {"on": False}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a", 'failed parsing --set data: key "a" has no value'),
        ("a={b", "failed parsing --set data: list must terminate with '}'"),
        ("x.=1", 'failed parsing --set data: key map "x" has no value'),
        ("a[70000]=1", "failed parsing --set data: index of 70000 is greater than maximum supported index of 65536"),
    ],
)
def test_options_that_cannot_be_read(line: str, message: str) -> None:
    with pytest.raises(ChartFault) as caught:
        Given(set=[line]).values()
    assert str(caught.value) == message


def test_values_keep_their_origin_through_merging() -> None:
    chart = load({"Chart.yaml": CHART, "values.yaml": b"image: {tag: '1.2'}\nsize: 3\n"})
    given = Given(files=[("prod.yaml", "image:\n  tag: '2.0'\n")]).values()
    values = Coalescing().values_of(chart, given)
    image = values["image"]
    assert isinstance(values, Sourced)
    assert isinstance(image, Sourced)
    tag = image["tag"]
    assert isinstance(tag, Text)
    assert [(o.file, o.start) for o in tag.origins_of(0, 3)] == [("prod.yaml", 15)]
    assert values.origins["size"].file == "values.yaml"


def test_a_broken_file_of_values_names_its_line() -> None:
    with pytest.raises(ChartFault) as caught:
        load_values("a: 1\n---\nb: [\n", "values.yaml")
    assert caught.value.line == 3


def test_helmignore_with_an_exception_alone_ignores_all_else() -> None:
    rules = IgnoreRules("!templates\n")
    assert rules.kept(["Chart.yaml", "templates/a.yaml"]) == []
    assert IgnoreRules("*.md\n/x/\n").kept(["a.md", "x/y", "z/x/y", "templates/.h"]) == ["z/x/y"]


def test_schemas_reach_nothing_outside() -> None:
    for reference in ("http://127.0.0.1/x.json", "file:///etc/hostname"):
        complaints, trouble = check_schema(json.dumps({"$ref": reference}).encode(), Sourced())
        assert not complaints
        assert reference in trouble


def test_values_far_inside_one_another_are_rendered() -> None:
    deep = "a: " + "{a: " * 600 + "1" + "}" * 600 + "\n"
    files = {
        "Chart.yaml": CHART,
        "values.yaml": deep.encode(),
        "templates/a.yaml": b"{{ .Values | toJson | len }}: x\n",
    }
    assert "x" in str(render(load(files).fresh(), Sourced(), Settings()).files["shop/templates/a.yaml"])


def test_stars_in_a_pattern_take_no_time() -> None:
    rules = IgnoreRules("*a" * 40 + "b\n")
    assert rules.kept(["a" * 200, "a" * 60 + "b"]) == ["a" * 200]


def test_copies_of_charts_are_counted() -> None:
    asked = "".join(f"- {{name: sub, alias: a{number}, version: '>=0'}}\n" for number in range(60))
    files = {"Chart.yaml": CHART + b"dependencies:\n" + asked.encode()}
    for depth in range(1, 4):
        name = "".join("charts/sub/" for _ in range(depth)) + "Chart.yaml"
        files[name] = CHART.replace(b"shop", b"sub") + b"dependencies:\n" + asked.encode()
    files["charts/sub/charts/sub/charts/sub/Chart.yaml"] = CHART.replace(b"shop", b"sub")
    with pytest.raises(ChartFault, match="more than 1000 charts"):
        render(load(files).fresh(), Sourced(), Settings())


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"absent": {"type": "text"}}},
        {"properties": {"absent": {"minLength": "three"}}},
        {"properties": {"a": {"pattern": "(?!x)"}}},
        {"patternProperties": {"(": {}}},
        {"required": "a"},
        {"properties": []},
    ],
)
def test_a_schema_that_is_none_ends_the_render_whatever_the_values(schema: object) -> None:
    complaints, trouble = check_schema(json.dumps(schema).encode(), Sourced())
    assert not complaints
    assert trouble.startswith("the schema is none: at '")


@pytest.mark.parametrize(
    "schema", [{"properties": {"type": {"type": "string"}}}, {"enum": [1]}, {"default": {"type": 5}}]
)
def test_names_of_values_are_no_keywords(schema: dict[str, object]) -> None:
    _, trouble = check_schema(json.dumps(schema).encode(), Sourced())
    assert not trouble


def complaints_of(schema: object, values: str) -> list[str]:
    read = read_yaml(values)
    assert isinstance(read, Sourced)
    complaints, trouble = check_schema(json.dumps(schema).encode(), read)
    assert not trouble
    return [line for one in complaints for line in one.lines()]


@pytest.mark.parametrize(
    ("schema", "values", "lines"),
    [
        (
            {"properties": {"a": {"items": {"type": "string"}}}},
            "a: [1, x, 2]\n",
            ["- at '/a/0': got number, want string", "- at '/a/2': got number, want string"],
        ),
        (
            {"properties": {"a": {"items": {"properties": {"q": {"items": {"type": "string"}}}}}}},
            "a: [{q: [1, x, 2]}, {q: [3]}]\n",
            [
                "- at '/a/0/q': validation failed",
                "  - at '/a/0/q/0': got number, want string",
                "  - at '/a/0/q/2': got number, want string",
                "- at '/a/1/q/0': got number, want string",
            ],
        ),
        (
            {"oneOf": [{"required": ["a"]}, {"required": ["z"]}, {"required": ["b"]}]},
            "a: 1\nb: 2\n",
            ["- at '': 'oneOf' failed, subschemas 0, 2 matched"],
        ),
        ({"not": {"required": ["a"]}}, "a: 1\n", ["- at '': 'not' failed"]),
        ({"dependentRequired": {"a": ["b"]}}, "a: 1\n", ["- at '': properties 'b' required, if 'a' exists"]),
    ],
)
def test_complaints_are_told_for_each_item_in_helms_words(schema: object, values: str, lines: list[str]) -> None:
    assert complaints_of(schema, values) == lines
