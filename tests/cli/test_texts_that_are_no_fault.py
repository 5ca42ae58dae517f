"""What looks like a fault and is none: texts about kustomizations, what is fetched elsewhere, files of clients, lint."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

TEMPLATE = """
name: Report
description: Something is wrong
labels: [triage]
body:
- type: textarea
  attributes:
    placeholder: |
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources: [a.yaml]
"""


def _check(folder: Path, **files: str) -> Result:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return CliRunner().invoke(cli, ["check", str(folder), "--isolated", "--no-cache"])


def test_a_text_that_shows_a_kustomization_is_none(tmp_path: Path) -> None:
    assert "error" not in _check(tmp_path, report_yaml=TEMPLATE).stdout
    real = TEMPLATE.partition("placeholder: |\n")[2].replace("      ", "").replace("[a.yaml]", "5")
    assert "kustomize refuses this file" in _check(tmp_path, other_yaml=real).stdout


def test_a_patch_that_stands_elsewhere_is_no_error(tmp_path: Path) -> None:
    away = "patches: [{path: 'https://patches.test/one.yaml', target: {kind: ConfigMap}}]\nresources: [a.yaml]\n"
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    assert "error" not in _check(tmp_path, kustomization_yaml=away, a_yaml=config).stdout
    near = away.replace("https://patches.test/one.yaml", "one.yaml")
    assert "takes in 'one.yaml', which is not there" in _check(tmp_path, kustomization_yaml=near, a_yaml=config).stdout


def test_values_for_kyverno_s_own_program_are_no_object(tmp_path: Path) -> None:
    values = "apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\npolicies: [{name: p}]\n"
    assert "error" not in _check(tmp_path, values_yaml=values).stdout


def test_what_helm_lint_alone_refuses_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    chart = "apiVersion: v2\nname: mill\nversion: 1.0.0\nappVersion: 2\n"
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    found = _check(tmp_path, Chart_yaml=chart, templates__a_yaml=config).stdout
    assert "warning[chart-file-invalid]" in found
    assert "helm install and helm template take it" in found
    assert "error[chart-file-invalid]" in _check(tmp_path, Chart_yaml=chart.replace("name: mill\n", "")).stdout


def test_keys_of_string_data_are_blamed_where_they_stand(tmp_path: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a/b: x\n"
    found = _check(tmp_path, secret_yaml=secret).stdout
    assert "stringData[a/b]" in found
    assert "by default" not in found
    assert "secret.yaml:5:" in found
