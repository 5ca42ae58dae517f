"""Two objects whose names are cut to one for the release that is assumed may have two names for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens

CHART = "a-chart-with-a-name-that-is-nearly-as-long-as-a-name-may-be"
CUT = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ printf "%s-%s-read" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ printf "%s-%s-write" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
"""
TWICE = CUT.replace("-write", "-read")


def _chart(folder: Path, name: str, template: str, config: str) -> None:
    chart = folder / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n")
    (chart / "templates" / "a.yaml").write_text(template)
    if config:
        (folder / "kubelens.toml").write_text(config)


@pytest.mark.parametrize(
    ("name", "template", "config", "told"),
    [
        (CHART, CUT, "", False),
        (CHART[:50], CUT, "", False),
        (CHART, CUT, '[[apply-sets]]\npath = "chart"\nrelease-name = "release-name"\n', True),
        ("web", TWICE, "", True),
        ("web", CUT, "", False),
    ],
)
def test_names_that_are_cut(
    tmp_path: Path, kubelens: Kubelens, name: str, template: str, config: str, told: bool
) -> None:
    _chart(tmp_path, name, template, config)
    done = kubelens("check", "--select", "duplicate-object", "-o", "concise")
    assert ("duplicate-object" in done.stdout) is told, done.stdout + done.stderr


SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Name }}
spec:
  serviceName: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {containers: [{name: a, image: 'a:1'}]}
"""


@pytest.mark.parametrize(
    ("length", "config", "told"),
    [
        (39, "", False),
        (40, "", False),
        (50, "", False),
        (51, "", True),
        (40, '[[apply-sets]]\npath = "chart"\nrelease-name = "release-name"\n', True),
    ],
)
def test_a_name_that_is_too_long(tmp_path: Path, kubelens: Kubelens, length: int, config: str, told: bool) -> None:
    _chart(tmp_path, "a" * length, SET, config)
    done = kubelens("check", "--select", "dns-name-too-long", "-o", "concise")
    assert ("dns-name-too-long" in done.stdout) is told, done.stdout + done.stderr


@pytest.mark.parametrize("config", ["", '[[apply-sets]]\npath = "chart"\nrelease-name = "release-name"\n'])
def test_a_name_that_is_long_for_the_assumed_name_alone_is_no_warning(
    tmp_path: Path, kubelens: Kubelens, config: str
) -> None:
    name = "{{ .Release.Name }}-" + "a" * 55
    pod = f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n  containers: [{{name: a, image: 'b:1'}}]\n"
    _chart(tmp_path, "web", pod, config)
    done = kubelens("check", "--select", "server-warning", "-o", "concise")
    assert ("is no DNS label" in done.stdout) is bool(config), done.stdout + done.stderr
