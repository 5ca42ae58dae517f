"""Values that a release sets by a name that nothing reads: told where a chart surely meant another, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.rules.charts.chart_value_in_vain import check
from kubelens.testing import chart_analysis_of

CHART = """\
# file: Chart.yaml
apiVersion: v2
name: boats
version: 1.0.0
dependencies:
  - {name: engine, version: ">=0", alias: motor, condition: motor.enabled}
# file: charts/engine/Chart.yaml
apiVersion: v2
name: engine
version: 1.0.0
# file: charts/engine/values.yaml
power: 40
# file: charts/engine/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: engine}
data: {power: "{{ .Values.power }}", fuel: "{{ .Values.fuel | default "oil" }}"}
# file: values.yaml
berths: 2
# mooringLine: 10
hull: {colour: white, length: 8}
labels: {port: east}
motor: {enabled: true}
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: boats
  labels: {{- toYaml .Values.labels | nindent 4 }}
data:
  berths: "{{ .Values.berths }}"
  colour: {{ .Values.hull.colour }}
  length: "{{ .Values.hull.length }}"
  flag: {{ .Values.flag | default "none" }}
"""


def told(values: str) -> list[str]:
    analysis = chart_analysis_of(check, f"{CHART}# file: values-east.yaml\n{dedent(values)}")  # type: ignore[arg-type]
    return [finding.message for finding in analysis.findings]


@pytest.mark.parametrize(
    ("values", "meant"),
    [
        ("berhts: 3\n", "'berhts'; values.yaml has 'berths'"),
        ("hull: {color: red}\n", "'hull.color'; values.yaml has 'hull.colour'"),
        ("flags: red\n", "'flags'; its templates read 'flag'"),
        ("motor: {powr: 80}\n", "'motor.powr'; values.yaml has 'motor.power'"),
        ("hull: {lengt: 9}\n", "'hull.lengt'; values.yaml has 'hull.length'"),
        ("motor: {fuell: gas}\n", "'motor.fuell'; its templates read 'motor.fuel'"),
    ],
)
def test_a_name_that_is_nearly_one_of_the_charts_is_told_with_it(values: str, meant: str) -> None:
    assert told(values) == [f"nothing in the chart reads the value {meant}"]


@pytest.mark.parametrize(
    "values",
    [
        "berths: 3\nhull: {colour: red}\n",
        "labels: {prot: west}\n",
        "global: {berhts: 3}\n",
        "tags: {berhts: true}\n",
        "cargo: none\n",
        "mooringLin: 3\n",
        "berths: 3\nberhts: 3\n",
        "berhts: null\n",
        "hull: [colours]\n",
    ],
)
def test_names_that_may_be_read_or_that_resemble_none_are_not(values: str) -> None:
    assert told(values) == []


def test_it_is_told_at_the_values_file_though_the_set_comes_to_the_same(tmp_path: Path) -> None:
    for part in CHART.split("# file: ")[1:]:
        name, _, text = part.partition("\n")
        file = tmp_path / "chart" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "chart" / "values-west.yaml").write_text("hull:\n  lenght: 9\n")
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "-o", "concise", "--isolated", "--no-cache"])
    (line,) = [line for line in done.output.splitlines() if "chart-value-in-vain" in line]
    assert "values-west.yaml:2:3: warning" in line
    assert "write" not in line
    assert "'hull.length'" in line
