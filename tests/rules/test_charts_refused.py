"""A chart that Helm refuses with a file of values beside it, or for a field of the wrong type: told where that is written."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from kubelens.cli.commands import cli

CHART = {"Chart.yaml": "apiVersion: v2\nname: barge\nversion: 1.0.0\n"}
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {port: east}\n  name: "


def lines_of(folder: Path, **files: str) -> list[str]:
    named = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    for name, text in {**CHART, **named}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    done = CliRunner().invoke(cli, ["check", str(folder), "-o", "concise", "--isolated", "--no-cache"])
    return [line.partition(f"{folder}/")[2] for line in done.output.splitlines() if "[chart-" in line]


def test_a_values_file_that_its_schema_forbids_is_told_at_its_value(tmp_path: Path) -> None:
    (line,) = lines_of(
        tmp_path,
        values_yaml="deck: {planks: 9}\n",
        **{"values-storm_yaml": "deck:\n  planks: many\n"},
        values_schema_json='{"properties": {"deck": {"properties": {"planks": {"type": "integer"}}}}}',
        templates__c_yaml=f"{CONFIG}barge\n",
    )
    assert line == (
        "values-storm.yaml:2:11: error[chart-values-schema] deck.planks: got string, want integer, says values.schema.json"
    )


def test_a_subcharts_schema_is_told_too(tmp_path: Path) -> None:
    (line,) = lines_of(
        tmp_path,
        values_yaml="mast: {height: tall}\n",
        charts__mast__Chart_yaml="apiVersion: v2\nname: mast\nversion: 1.0.0\n",
        charts__mast__values_schema_json='{"properties": {"height": {"type": "number"}}}',
        templates__c_yaml=f"{CONFIG}barge\n",
    )
    assert "error[chart-values-schema] the values do not meet a schema: mast: - at '/height': got string" in line


def test_a_template_that_fails_with_a_values_file_is_told_with_its_name_at_the_expression(tmp_path: Path) -> None:
    (line,) = lines_of(
        tmp_path,
        values_yaml="sail: {area: 20}\n",
        **{"values-calm_yaml": "sail: none\n"},
        templates__c_yaml=f"{CONFIG}barge\ndata:\n  area: {{{{ .Values.sail.area | quote }}}}\n",
    )
    assert line.startswith(
        "templates/c.yaml:7:12: info[chart-unrenderable] the chart cannot be rendered with values-calm.yaml"
    )


def test_values_that_fail_with_the_charts_own_are_told_once(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        **{"values-calm_yaml": "wind: 1\n", "values-gale_yaml": "wind: 9\n"},
        templates__c_yaml=f"{CONFIG}barge\ndata:\n  area: {{{{ .Values.sail.area }}}}\n",
    )
    assert [line for line in lines if "chart-unrenderable" in line] == lines[:1]


def test_a_list_as_name_is_told_at_the_name(tmp_path: Path) -> None:
    (line,) = lines_of(
        tmp_path, values_yaml="names: [one, two]\n", templates__c_yaml=f"{CONFIG}{{{{ .Values.names }}}}\n"
    )
    assert line.startswith("templates/c.yaml:5:")
    assert "cannot unmarshal array into Go struct field .metadata.name" in line


def test_what_a_template_that_includes_itself_makes_of_it_is_told_in_few_words(tmp_path: Path) -> None:
    own = '{{ define "tide" }}{{ include "tide" . }}{{ end }}'
    (line,) = lines_of(tmp_path, templates__c_yaml=f'{own}\n{CONFIG}{{{{ include "tide" . }}}}\n')
    assert "characters left out" in line
    assert line.endswith("rendering template has a nested reference name: tide: unable to execute template")
    assert len(line) < 1_200


def test_a_named_file_of_values_that_is_not_there_is_not_called_the_charts_own(tmp_path: Path) -> None:
    application = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: barge, namespace: argocd}\n"
        "spec:\n  project: default\n  destination: {name: in-cluster, namespace: barge}\n"
        "  source: {repoURL: 'https://git.example/a.git', path: hull, helm: {valueFiles: [absent.yaml]}}\n"
    )
    (tmp_path / "hull" / "templates").mkdir(parents=True)
    (tmp_path / "hull" / "Chart.yaml").write_text(CHART["Chart.yaml"])
    (tmp_path / "hull" / "templates" / "c.yaml").write_text(f"{CONFIG}barge\n")
    (tmp_path / "app.yaml").write_text(application)
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "-o", "concise", "--isolated", "--no-cache"])
    told = "error[source-path-missing] Application 'barge' names 'absent.yaml', but there is no 'hull/absent.yaml'"
    assert told in done.output
    assert "Chart.yaml" not in done.output
    assert "own values" not in done.output


def test_a_value_taken_away_below_another_is_not_judged_by_the_schema(tmp_path: Path) -> None:
    (line,) = lines_of(
        tmp_path,
        values_yaml="deck: {planks: 9}\n",
        **{"values-calm_yaml": "hold: {planks: null, ropes: null, depth: deep}\n"},
        values_schema_json='{"properties": {"hold": {"properties": {"depth": {"type": "integer"}, "ropes": false}}}}',
        templates__c_yaml=f"{CONFIG}barge\n",
    )
    assert line.endswith("hold.depth: got string, want integer, says values.schema.json")


OPEN = (
    'data:\n  sail: {{ .Values.sailz }}\n  keel: {{ include "barge.keel" . }}\n  rope: {{ include "barge.rope" . }}\n'
    "  {{- if .Values.wind }}\n  flag: up\n"
)


def test_a_block_without_its_end_hides_no_other_fault(tmp_path: Path) -> None:
    """Helm stops at the end of the text; what was read until there says the rest."""
    helpers = '{{- define "barge.rope" }}hemp{{ end }}\n'
    values = "sails: 3\n"
    found = lines_of(tmp_path, values_yaml=values, templates__c_yaml=f"{CONFIG}b\n{OPEN}", templates__h_tpl=helpers)
    assert [line.partition("] ")[0].rpartition("[")[2] for line in found] == [
        "chart-value-misspelt",
        "chart-template-unknown",
        "chart-unrenderable",
    ]
    assert "'barge.keel'" in found[1]


def test_a_call_that_ends_the_render_is_told_once(tmp_path: Path) -> None:
    closed = f"{OPEN}  {{{{- end }}}}\n"
    found = lines_of(tmp_path, values_yaml="sailz: 3\n", templates__c_yaml=f"{CONFIG}b\n{closed}")
    assert len(found) == 1
    assert "[chart-unrenderable]" in found[0]


def test_a_chart_that_is_not_here_may_define_what_is_called(tmp_path: Path) -> None:
    chart = f"{CHART['Chart.yaml']}dependencies: [{{name: mast, version: 1.0.0, repository: https://barge.example}}]\n"
    found = lines_of(tmp_path, Chart_yaml=chart, values_yaml="sailz: 3\n", templates__c_yaml=f"{CONFIG}b\n{OPEN}")
    assert any("[chart-unrenderable]" in line for line in found)
    assert not any("[chart-template-unknown]" in line for line in found)
