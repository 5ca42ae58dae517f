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
    (work / "base" / "kustomization.yaml").write_text("resources: [k.yaml]\n")
    (work / "base" / "k.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n")
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


WRONG = "apiVersion: v1\nkind: Service\nmetadata: {name: Not_Listed}\nspec: {ports: [{port: 80}]}\n"
FAULTY = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: k\ndata:\n  a: 1\n"


def beside(work: Path, listed: str = FAULTY) -> None:
    """A kustomization of one file, a file that it does not list, and a kustomization below it that it does not take in."""
    (work / "base" / "inner").mkdir()
    (work / "base" / "kustomization.yaml").write_text("resources: [k.yaml]\n")
    (work / "base" / "k.yaml").write_text(listed)
    (work / "base" / "unlisted.yaml").write_text(WRONG)
    (work / "base" / "inner" / "kustomization.yaml").write_text("resources: [deeper.yaml]\n")
    (work / "base" / "inner" / "deeper.yaml").write_text(WRONG.replace("Not_Listed", "Deeper"))


def test_what_a_kustomization_does_not_list_is_still_looked_at(work: Path, kubelens: Kubelens) -> None:
    beside(work)
    done = kubelens("check", "base", "--render", "-o", "concise", env=install(work, "kustomize", KUSTOMIZE))
    assert "base/unlisted.yaml:3:18: error[admission]" in done.stdout
    assert "base/k.yaml" in done.stdout or "base (kustomize build):6:6" in done.stdout
    without = kubelens("check", "base", "-o", "concise")
    assert {line.partition(":")[0] for line in without.stdout.splitlines()[:-1]} >= {
        "base/unlisted.yaml",
        "base/k.yaml",
    }


def test_what_a_program_builds_alike_keeps_its_places(work: Path, kubelens: Kubelens) -> None:
    beside(work)
    same = "#!/bin/sh\ncat <<'END'\napiVersion: v1\ndata:\n  a: 1\nkind: ConfigMap\nmetadata:\n  name: k\nEND\n"
    done = kubelens("check", "base", "--render", "-o", "concise", env=install(work, "kustomize", same))
    assert "base/k.yaml:6:6: error[wrong-type]" in done.stdout
    assert "base (kustomize build)" not in done.stdout


def test_what_only_a_program_can_build_takes_the_place_of_its_files(work: Path, kubelens: Kubelens) -> None:
    (work / "base" / "kustomization.yaml").write_text("resources:\n- k.yaml\n- https://git.example/elsewhere?ref=v1\n")
    (work / "base" / "k.yaml").write_text(FAULTY)
    done = kubelens("check", "base", "--render", "-o", "concise", env=install(work, "kustomize", KUSTOMIZE))
    assert "base (kustomize build):6:6: error[wrong-type]" in done.stdout
    assert "not fetched" not in done.stdout
    assert "base/k.yaml" not in done.stdout


def test_where_the_program_fails_kubelens_own_build_is_judged_and_that_is_no_success(
    work: Path, kubelens: Kubelens
) -> None:
    beside(work)
    fails = "#!/bin/sh\necho 'Error: no network' >&2\nexit 1\n"
    done = kubelens("check", "base", "--render", "-o", "concise", env=install(work, "kustomize", fails))
    assert done.returncode == 3
    assert "cannot be rendered: Error: no network" in done.stdout
    assert "base/k.yaml:6:6: error[wrong-type]" in done.stdout


@pytest.mark.parametrize("program", [True, False])
def test_both_sides_of_a_change_are_built(program: bool, tmp_path: Path, kubelens: Kubelens) -> None:
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n"
        "  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: nginx:1.27}]}}\n"
    )
    for side, label in (("old", "one"), ("new", "two")):
        (tmp_path / side / "k").mkdir(parents=True)
        (tmp_path / side / "k" / "web.yaml").write_text(deployment)
        settings = f"resources: [web.yaml]\nlabels: [{{pairs: {{team: {label}}}, includeSelectors: true}}]\n"
        (tmp_path / side / "k" / "kustomization.yaml").write_text(settings)
    (tmp_path / "bin").mkdir()
    script = (
        "#!/bin/sh\nlabel=$(grep -o 'team: [a-z]*' $2/kustomization.yaml)\n"
        'sed "s/app: web/app: web, $label/g" $2/web.yaml\n'
    )
    env = install(tmp_path, "kustomize", script) if program else None
    flags = ["--render"] if program else []
    done = kubelens("check", "new", *flags, "--against", "old", "-o", "concise", env=env)
    assert "selector-change-orphans-pods" in done.stdout
    assert done.returncode == 1


def test_that_helm_renders_one_side_of_a_change_alone_is_said(work: Path, kubelens: Kubelens) -> None:
    done = kubelens("check", "chart", "--renderer", "helm", "--against", "base", env=install(work, "helm", HELM))
    assert "--renderer helm renders what is there now alone" in done.stderr
