"""What has apiVersion and kind and is no object of Kubernetes, and what waits for marks that YAML takes for comments."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command

MACHINE = """\
version: v1alpha1
machine:
  type: worker
---
apiVersion: v1alpha1
kind: HostnameConfig
hostname: quay-7
---
apiVersion: v1alpha1
kind: RawVolumeConfig
name: crates
"""
MARKED = """\
apiVersion: v1
kind: Service
metadata:
  name: MARK
  labels: {quay: west}
spec:
  ports:
    - port: 80
  selector:
    app: MARK
"""
FAULTY = "---\napiVersion: v1\nkind: Service\nmetadata: {name: crane}\nspec: {ports: [{port: 99999}]}\n"


def check(folder: Path, text: str) -> str:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, ["--output", "concise", "--isolated", str(folder)]).output


def test_settings_of_other_programs_are_no_objects(tmp_path: Path) -> None:
    assert "1 not Kubernetes" in check(tmp_path, MACHINE)
    said = check(tmp_path, MACHINE + FAULTY)
    assert "99999" in said
    assert "1 error in 1 of 1 object" in said


@pytest.mark.parametrize(
    ("version", "kind", "said"),
    [
        ("v1beta1", "Deployment", "apps/v1 has it"),
        ("v1beta1", "Deploymnt", "has no kind 'Deploymnt'"),
        ("v1alpha1", "Application", "has no kind 'Application'"),  # an operator's, whose group is missing
        ("v1", "HostnameConfig", "has no kind 'HostnameConfig'"),  # of Kubernetes' own version
    ],
)
def test_objects_whose_version_lacks_its_group_are_told(tmp_path: Path, version: str, kind: str, said: str) -> None:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: crane}}\n"
    assert said in check(tmp_path, text)


def test_a_document_without_a_head_beside_objects_is_told(tmp_path: Path) -> None:
    assert "neither apiVersion nor kind" in check(tmp_path, f"machine: crane\n{FAULTY}")


@pytest.mark.parametrize("mark", ["##CRANE##", "#CRANE#", "#{Crane.Name}#", "#{crane}", "###crane-name###"])
def test_marks_are_filled_in_before(tmp_path: Path, mark: str) -> None:
    said = check(tmp_path, MARKED.replace("MARK", mark))
    assert "error" not in said
    assert "1 template" in said


def test_what_stands_beside_marks_is_judged(tmp_path: Path) -> None:
    said = check(tmp_path, MARKED.replace("MARK", "##CRANE##") + FAULTY)
    assert "99999" in said
    assert "1 error in 1 of" in said
    removed = MARKED.replace("MARK", "##CRANE##").replace("v1\nkind: Service", "extensions/v1beta1\nkind: Ingress")
    assert "removed-api" in check(tmp_path, removed)


@pytest.mark.parametrize("comment", ["# a name", "## to be said", "", "#", "##"])
def test_comments_are_no_marks(tmp_path: Path, comment: str) -> None:
    assert "must have a name" in check(tmp_path, MARKED.replace("MARK", comment, 1).replace("MARK", "crane"))


def test_a_mark_on_a_key_with_something_below_or_in_a_text_stands_for_nothing(tmp_path: Path) -> None:
    head = "apiVersion: v1\nkind: Service\nmetadata:\n  name: crane\n"
    for faulty in (
        "spec: ##SPEC##\n  ports: [{port: 99999}]\n",
        "spec:\n  ports: ##PORTS##\n  - port: 99999\n",
    ):
        assert "99999" in check(tmp_path, head + faulty)
    script = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: crane}\ndata:\n  a: |\n    name: ##CRANE##\n  b: 3\n"
    assert "data.b must be text" in check(tmp_path, script)
