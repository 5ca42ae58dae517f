"""``kubelens plan`` of changes after which the tool that builds a set refuses to, in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from tests.cli.test_plan_files import written

HOOK = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hook}\ndata: {a: b}\n"
BEFORE = {
    "hooks/kustomization.yaml": "resources:\n- hook.yaml\n",
    "hooks/hook.yaml": HOOK,
    "nails/kustomization.yaml": "resources:\n- nail.yaml\n",
    "nails/nail.yaml": HOOK.replace("hook", "nail"),
}
AFTER = {
    **BEFORE,
    "hooks/kustomization.yaml": "resources:\n- hook.yaml\n- rope.yaml\n",
    "nails/kustomization.yaml": "resources:\n- nail.yaml\nnamPrefix: a-\n",
}
CHART = "apiVersion: v2\nname: hook\nversion: 1.0.0\n"


def plan(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["plan", *words])
    return done.exit_code, done.stdout


def test_sets_that_break_are_counted_and_told_at_the_line(tmp_path: Path) -> None:
    old, new = written(tmp_path / "old", BEFORE), written(tmp_path / "new", AFTER)
    code, text = plan(old, new)
    assert (code, text.splitlines()[0]) == (1, "2 apply sets change (2 sets not whole)")
    assert text.splitlines()[-1] == "2 refused"
    assert "kustomize refuses to build it: " in text
    assert "  ? " not in text
    code, made = plan(old, new, "--format", "json", "--fail-on", "never")
    sets = json.loads(made)["sets"]
    assert code == 0
    assert [(one["unrendered"], one["known"], one["danger"]) for one in sets] == [("after", False, "refused")] * 2
    places = [each["place"] for one in sets for each in one["consequences"]]
    assert places[0] == f"{new}/hooks/kustomization.yaml:3:3"
    assert places[1].startswith(f"{new}/nails/kustomization.yaml:3:")
    github = plan(old, new, "--format", "github")[1]
    assert "hooks/kustomization.yaml,line=3,col=3,title=refused%3A set-breaks::hooks: was built" in github
    quality = json.loads(plan(old, new, "--format", "gitlab")[1])
    assert [(one["severity"], one["location"]["lines"]["begin"]) for one in quality] == [("blocker", 3)] * 2
    assert "| hooks | cannot be built any more | refused |" in plan(old, new, "--format", "markdown")[1]
    assert "set-breaks" in plan(old, new, "--format", "html")[1]


def test_the_way_back_builds_them(tmp_path: Path) -> None:
    old, new = written(tmp_path / "old", BEFORE), written(tmp_path / "new", AFTER)
    code, text = plan(new, old)
    assert code == 0
    assert text.count("kustomize builds it, and refused to before the change  [set-builds]") == 2


@pytest.mark.parametrize(
    "template",
    [
        '{{ if not (lookup "v1" "Secret" "default" "key") }}{{ fail "make the key first" }}{{ end }}',
        '{{ if not (.Capabilities.APIVersions.Has "shop.example.com/v1") }}{{ .Values.none.a }}{{ end }}',
    ],
)
def test_what_a_cluster_answers_breaks_no_set(template: str, tmp_path: Path) -> None:
    application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: hook, namespace: argocd}\nspec:\n  destination: {name: in-cluster, namespace: default}\n  source: {repoURL: 'https://git.example.com/shop/deploy', path: hook}\n"
    before = {"apps/hook.yaml": application, "hook/Chart.yaml": CHART, "hook/templates/hook.yaml": HOOK}
    old = written(tmp_path / "old", before)
    asks = written(tmp_path / "asks", {**before, "hook/templates/hook.yaml": f"{template}\n{HOOK}"})
    assert "set-breaks" not in plan(old, asks)[1]
    fails = written(tmp_path / "fails", {**before, "hook/templates/hook.yaml": HOOK + "# {{ .Values.none.a }}\n"})
    code, text = plan(old, fails, "--format", "json")
    assert code == 1
    assert f"{fails}/hook/templates/hook.yaml:5:1" in text


def test_bounds_of_kubelens_break_no_set(tmp_path: Path) -> None:
    before = {"hook/Chart.yaml": CHART, "hook/templates/hook.yaml": HOOK}
    old = written(tmp_path / "old", before)
    endless = '{{ define "a" }}{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}{{ end }}{{ include "a" . }}\n'
    new = written(tmp_path / "new", {**before, "hook/templates/hook.yaml": HOOK + endless})
    code, text = plan(old, new)
    assert code == 0
    assert "? hook    cannot be built any more after the change" in text
    assert "set-breaks" not in text
