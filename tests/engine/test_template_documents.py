"""Outside a chart braces leave out the document that needs them, never its neighbours; Helm's are told there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

SOUND = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME}
data: {lamps: 3}
"""
AS_NAME = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .lamp }}\ndata: {lamps: 3}\n"
BLOCK = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: lamp}\nspec:\n  {{- if .lamp }}\n  clusterIP: None\n  {{- end }}\n"
)
COMMENTED = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: lamp}\nspec:\n  {{- if .lamp }}\n\n  # no address\n  clusterIP: None\n"
    "  {{- end }}\n"
)
QUOTED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .lamp }}'}\ndata: {lamps: 3}\n"


def check(folder: Path, *documents: str, words: tuple[str, ...] = ()) -> tuple[int, str]:
    (folder / "lamps.yaml").write_text("---\n".join(documents))
    done = CliRunner().invoke(cli, ["check", "--isolated", "-o", "concise", *words, str(folder)])
    return done.exit_code, done.stdout


@pytest.mark.parametrize(
    "template", [AS_NAME, BLOCK, COMMENTED, QUOTED], ids=["value", "block", "comment", "quoted name"]
)
def test_its_neighbours_are_judged(tmp_path: Path, template: str) -> None:
    code, said = check(tmp_path, SOUND.replace("NAME", "hall"), template, SOUND.replace("NAME", "yard"))
    told = ["hall" in said, "yard" in said, "2 errors in 2 of 2 objects (1 file, 1 template)" in said]
    assert (code, told) == (1, [True, True, True]), said


def test_a_file_of_templates_alone_is_one(tmp_path: Path) -> None:
    _, said = check(tmp_path, AS_NAME, BLOCK, QUOTED)
    assert "0 objects in 0 files: nothing was looked at  (schema 1.37; 1 template)" in said


def test_what_is_broken_for_another_reason_is_told(tmp_path: Path) -> None:
    code, said = check(tmp_path, SOUND.replace("NAME", "hall"), "apiVersion: v1\nkind: [\n", AS_NAME)
    assert (code, "yaml-syntax" in said, "hall" in said) == (3, True, True), said


def test_the_documents_that_are_left_out_are_named(tmp_path: Path) -> None:
    _, said = check(tmp_path, BLOCK, SOUND.replace("NAME", "hall"), AS_NAME, words=("--show-files",))
    assert "lamps.yaml: 1 object; template: documents 1 and 3 hold template expressions" in said, said


OF_HELM = {
    "a value": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lamp}\ndata:\n  lamps: {{ .Values.lamps }}\n",
    "a block": "apiVersion: v1\nkind: Service\nmetadata: {name: lamp}\nspec:\n  {{- if .Values.lamp }}\n  clusterIP: None\n  {{- end }}\n",
    "a helper": 'apiVersion: v1\nkind: Service\nmetadata:\n  name: lamp\n  labels:\n    {{- include "lamp.labels" . | nindent 4 }}\n',
    "a name": "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-lamp\n",
}


@pytest.mark.parametrize("text", OF_HELM.values(), ids=OF_HELM)
def test_helm_s_braces_outside_a_chart_are_told(tmp_path: Path, text: str) -> None:
    code, said = check(tmp_path, text, SOUND.replace("NAME", "yard"))
    assert code in (1, 3)
    assert "unreadable-value" in said or "yaml-syntax" in said
    assert "template" not in said.splitlines()[-1]


@pytest.mark.parametrize("text", OF_HELM.values(), ids=OF_HELM)
def test_in_a_chart_they_are_not(tmp_path: Path, text: str) -> None:
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: lamp\nversion: 1.0.0\n")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "lamps.yaml").write_text(text)
    done = CliRunner().invoke(cli, ["check", "--isolated", "-o", "concise", str(tmp_path)])
    assert "error" not in done.stdout


def test_what_is_left_is_said(tmp_path: Path) -> None:
    (tmp_path / "lamp.yaml").write_text(OF_HELM["a value"])
    said = CliRunner().invoke(cli, ["check", "--isolated", str(tmp_path)]).stdout
    assert "= {{ .Values.lamps }} is a template's: nothing filled it in" in said


def test_helm_s_braces_in_quotes_comments_and_blocks_break_nothing(tmp_path: Path) -> None:
    quoted = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: '{{ .Values.a }}' # {{ .Values.b }}\n  b: |\n    {{ .Values.c }}\n"
    assert check(tmp_path, quoted)[0] == 0


@pytest.mark.parametrize("value", ["|\n    {{ .lamp }}", "|-\n    on\n      {{ .lamp }}", ">2\n    {{ .lamp }}"])
def test_braces_in_a_block_of_text_excuse_no_slip_after_it(tmp_path: Path, value: str) -> None:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lamp}\ndata:\n"
    code, said = check(tmp_path, f"{head}  note: {value}\n other: a\n", SOUND.replace("NAME", "yard"))
    assert (code, "yaml-syntax" in said, "yard" in said, "template" in said) == (3, True, True, False), said
