"""What templates call on ``.Values``, in Helm's words where it fails, and what that reads."""

from __future__ import annotations

import pytest

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.model import File
from kubelens.render.chart.read_values import values_read
from tests.agreement.helm_command import template


def rendered(action: str) -> str:
    files = {
        "c/Chart.yaml": "apiVersion: v2\nname: ship\nversion: 1.0.0\n",
        "c/values.yaml": "hull: {wood: oak, decks: {lower: 2}}\n",
        "c/templates/a.yaml": "x: {{ " + action + " }}\n",
    }
    return str(template(files, [], "voyage", 4)).splitlines()[2]


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ('dig "hull" "wood" "none" .Values.AsMap', "x: oak"),
        ('dig "hull" "mast" "none" .Values.AsMap', "x: none"),
        (".Values.AsMap.hull.wood", "x: oak"),
        ("typeOf .Values.AsMap", "x: map[string]interface {}"),
        (".Values.YAML | quote", r'x: "hull:\n  decks:\n    lower: 2\n  wood: oak\n"'),
        ('.Values.Table "hull.decks" | typeOf', "x: common.Values"),
        ('.Values.PathValue "hull.decks.lower"', "x: 2"),
    ],
)
def test_methods_of_values(action: str, line: str) -> None:
    assert rendered(action) == line


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ('.Values.Table "hull.wood"', 'error calling Table: "wood" is not a table'),
        ('.Values.PathValue "hull.mast"', 'error calling PathValue: "mast" is not a value'),
        ('.Values.PathValue ""', "error calling PathValue: YAML path cannot be empty"),
    ],
)
def test_what_is_not_there_is_told(action: str, problem: str) -> None:
    with pytest.raises(ChartFault, match=problem):
        rendered(action)


def test_what_methods_read() -> None:
    text = b"{{ .Values.AsMap.hull.wood }}{{ dig 1 .Values.AsMap }}{{ .Values.YAML }}"
    reads = values_read([File("templates/a.yaml", text, "templates/a.yaml")])
    assert [read.path for read in reads] == [("hull", "wood"), (), ()]
