"""Outside a chart braces leave out the document that needs them, never its neighbours."""

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
QUOTED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .lamp }}'}\ndata: {lamps: 3}\n"


def check(folder: Path, *documents: str, words: tuple[str, ...] = ()) -> tuple[int, str]:
    (folder / "lamps.yaml").write_text("---\n".join(documents))
    done = CliRunner().invoke(cli, ["check", "--isolated", "-o", "concise", *words, str(folder)])
    return done.exit_code, done.stdout


@pytest.mark.parametrize("template", [AS_NAME, BLOCK, QUOTED], ids=["value", "block", "quoted name"])
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
