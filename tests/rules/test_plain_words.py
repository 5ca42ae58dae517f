"""What a reader of YAML, amounts and closed lists complains of is said in plain words, at the place of the fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: reed\n"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: reed}\nspec:\n  containers: [{name: reed, image: 'pond/reed:1'%s}]\n%s"
)


def _said(tmp_path: Path, text: str) -> str:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(cli, ["check", "--isolated", str(file)]).output


@pytest.mark.parametrize(
    ("text", "place", "note"),
    [
        (HEAD + "data:\n  a: b: c\n", "a.yaml:6:7", "a second ': ' in one value"),
        (HEAD + 'data:\n  a: "b\n  c: d\n', "a.yaml:6:6", "the quote that opens here is not closed"),
        (HEAD + "data:\n\ta: b\n", "a.yaml:6:1", "lines are indented by blanks alone"),
        (HEAD + "data:\n  a: [b, c\nimmutable: true\n", "a.yaml:", "a list in brackets is not closed"),
        (HEAD + "data:\n  a: @here\n", "a.yaml:6:6", "is written in quotes"),
        (HEAD + 'data:\n  a: "\\d+"\n', "a.yaml:6:", "single quotes take it as it is"),
        (HEAD + " labels: {}\n", "a.yaml:5:2", "this line's column is that of no level above"),
    ],
)
def test_broken_yaml(tmp_path: Path, text: str, place: str, note: str) -> None:
    said = _said(tmp_path, text)
    assert place in said
    assert note in said


@pytest.mark.parametrize(
    ("written", "meant"),
    [("512mi", "512Mi"), ("2gb", "2G"), ('"0,5Gi"', "0.5Gi"), ("64KB", "64k"), ("64 MB", "64M"), ("lots", "")],
)
def test_amounts_in_other_units(tmp_path: Path, written: str, meant: str) -> None:
    said = _said(tmp_path, POD % (f", resources: {{limits: {{memory: {written}}}}}", ""))
    assert "spec.containers[0].resources.limits[memory] must be a quantity such as 500m, 1.5 or 64Mi, is " in said
    assert (f"fix: {meant}   (kubelens check --unsafe-fixes)" in said) is bool(meant)


@pytest.mark.parametrize(
    ("effect", "hint"),
    [
        ("NoSchedul", "did you mean 'NoSchedule'? unsafe"),
        ("noschedule", "did you mean 'NoSchedule'? safe"),
        ("Never", ""),
    ],
)
def test_a_slip_in_a_closed_list(tmp_path: Path, effect: str, hint: str) -> None:
    said = _said(tmp_path, POD % ("", f"  tolerations: [{{key: mud, operator: Exists, effect: {effect}}}]\n"))
    assert ("did you mean 'NoSchedule'?" in said) is bool(hint)
    assert ("(kubelens check --fix)" in said) is hint.endswith(" safe")


def test_a_secret_of_a_type_that_lacks_its_key_is_blamed_where_its_values_stand(tmp_path: Path) -> None:
    said = _said(
        tmp_path,
        "apiVersion: v1\nkind: Secret\nmetadata: {name: reed}\ntype: kubernetes.io/tls\nstringData:\n  tls.crt: a\n",
    )
    assert "a.yaml:5:1" in said
    assert "stringData[tls.key]" in said


@pytest.mark.parametrize("host", ["reed.example.com:8443", "https://reed.example.com", "reed.example.com/pond"])
def test_a_host_is_no_url(tmp_path: Path, host: str) -> None:
    text = f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: reed}}\nspec: {{rules: [{{host: '{host}'}}]}}\n"
    assert "must be a name of DNS alone, without a scheme, a port and a path" in _said(tmp_path, text)
