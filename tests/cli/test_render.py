"""``--render`` with helm and kustomize on PATH (the chart in folder ``chart`` is called ``shop``), and what is said where they are missing, fail or talk rubbish."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens

CONFIG_MAP = "apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: {}\\ndata:\\n  a: 1\\n"
HELM = "#!/bin/sh\nprintf -- '---\\n# Source: shop/templates/a.yaml\\n" + CONFIG_MAP.format("a") + "'\n"
KUSTOMIZE = "#!/bin/sh\nprintf '" + CONFIG_MAP.format("k") + "'\n"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "chart" / "templates").mkdir(parents=True)
    (tmp_path / "chart" / "Chart.yaml").write_text("name: chart\nversion: 1\n")
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "kustomization.yaml").write_text("resources: []\n")
    (tmp_path / "bin").mkdir()
    return tmp_path


def install(work: Path, name: str, script: str) -> dict[str, str]:
    file = work / "bin" / name
    file.write_text(script)
    file.chmod(0o755)
    return {"PATH": f"{work / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin"}


def test_rendered_objects_name_the_files_they_come_from_and_are_not_changed(work: Path, kubelens: Kubelens) -> None:
    env = install(work, "helm", HELM) | install(work, "kustomize", KUSTOMIZE)
    done = kubelens("check", ".", "--render", "--renderer", "helm", "--fix", env=env)
    assert done.returncode == 1
    assert "--> chart/templates/a.yaml (rendered 8:6)" in done.stdout
    assert "--> base (kustomize build):6:6" in done.stdout
    assert "fixable" not in done.stdout
    assert "kubelens check --fix" not in done.stdout


def test_what_helm_prints_otherwise_is_told(work: Path, kubelens: Kubelens) -> None:
    (work / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {}\n"
    arguments = ("check", "chart", "--renderer", "helm", "-o", "concise", "--select", "chart-rendered-otherwise")
    (work / "chart" / "templates" / "a.yaml").write_text(text.format("2"))
    told = kubelens(*arguments, env=install(work, "helm", HELM))
    assert told.returncode == 1
    assert "chart/templates/a.yaml (rendered 8:1): warning[chart-rendered-otherwise]" in told.stdout
    assert "kubelens renders '  a: 2' here, helm '  a: 1'" in told.stdout
    (work / "chart" / "templates" / "a.yaml").write_text(text.format("{{ 1 }}"))
    assert kubelens(*arguments, env=install(work, "helm", HELM)).returncode == 0


def test_what_is_missing_is_named(work: Path, kubelens: Kubelens) -> None:
    done = kubelens("check", ".", "--render", "--renderer", "helm", "-o", "concise", env={"PATH": str(work / "bin")})
    assert done.returncode == 3
    assert "--renderer helm needs helm on PATH" in done.stdout
    assert "--render needs kustomize or kubectl on PATH" in done.stdout


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("#!/bin/sh\necho 'Error: no such value' >&2\necho 'Use --debug flag' >&2\nexit 1\n", "Error: no such value"),
        ("#!/bin/sh\nexit 3\n", "helm ends with 3 and says nothing"),
        ("#!/bin/sh\nprintf '\\377\\001'\n", "what helm gives is not UTF-8 text"),
        ("#!/nowhere\n", "no such file"),
    ],
)
def test_a_renderer_that_fails_is_named(script: str, says: str, work: Path, kubelens: Kubelens) -> None:
    (work / "bad.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: w}\ndata: {a: b, a: c}\n")
    done = kubelens("check", ".", "--render", "--renderer", "helm", "-o", "concise", env=install(work, "helm", script))
    assert done.returncode == 3
    assert f"cannot be rendered: {says}" in done.stdout or says in done.stdout
    assert "bad.yaml:4:14: error[duplicate-key]" in done.stdout
