"""Values that tools take from all files that a pattern names, and what helmfile's releases inherit."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.gitops.globs import files_of
from kubelens.engine.loader import load_paths
from kubelens.engine.sets.discovery import find_sets
from kubelens.engine.sets.disk import Disk

CHART = {
    "lamp/Chart.yaml": "apiVersion: v2\nname: lamp\nversion: 1.0.0\n",
    "lamp/values.yaml": "colour: none\nsize: 0\n",
    "lamp/templates/lamp.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\ndata: {colour: {{ .Values.colour | quote }}, size: '{{ .Values.size }}'}\n",
}
APPLICATION = """
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: lamp, namespace: argocd}
spec:
  destination: {name: in-cluster, namespace: default}
  source:
    repoURL: https://git.example.com/shop/deploy
    path: lamp
    helm: {valueFiles: %s}
"""


def sets(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, ApplySet]:
    monkeypatch.chdir(folder)
    (folder / ".git").mkdir()
    for name, text in {**CHART, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    found = find_sets(list(load_paths(["."], root=folder)), Config(), paths=["."])
    return {one.name: one for one in found.built("1.36")}


def data(one: ApplySet) -> str:
    made = "".join(text.source.text for text in one.texts if text.made is not None and text.source is not None)
    return next(line for line in made.splitlines() if line.startswith("data:"))


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ('["../envs/*.yaml"]', "data: {colour: \"blue\", size: '2'}"),
        ('["../envs/*.yaml", "../envs/a.yaml"]', "data: {colour: \"red\", size: '2'}"),
        ('["/envs/**/*.yaml"]', "data: {colour: \"green\", size: '2'}"),
        ('["../envs/[a]*.yaml", "../envs/none.yaml*"]', None),
    ],
)
def test_argo_cd_takes_all_files_that_a_pattern_names(
    named: str, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "apps/lamp.yaml": APPLICATION % named,
        "envs/a.yaml": "colour: red\n",
        "envs/b.yaml": "colour: blue\nsize: 2\n",
        "envs/a/deep.yaml": "colour: green\n",
    }
    one = sets(tmp_path, files, monkeypatch)["application/lamp"]
    if told is None:
        assert one.missing == ("no file is named by '../envs/none.yaml*'",)
    else:
        assert (one.missing, data(one)) == ((), told)


def test_files_of_a_folder_come_before_those_of_folders_in_it(tmp_path: Path) -> None:
    for name in ("v/z.yaml", "v/a/c.yaml", "v/a/b.json", "v/[x].yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    disk = Disk(str(tmp_path))
    assert files_of("v/**/*.yaml", disk) == ["v/[x].yaml", "v/z.yaml", "v/a/c.yaml"]
    assert files_of("v/?.yaml", disk) == ["v/z.yaml"]
    assert files_of("v/[^a-w].yaml", disk) == ["v/z.yaml"]
    assert files_of("v/a/*", disk) == ["v/a/b.json", "v/a/c.yaml"]


def test_releases_of_helmfile_inherit_and_take_what_patterns_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = """\
templates:
  common:
    namespace: shop
    valuesPathPrefix: envs/
    values: ["{{`{{ .Release.Name }}`}}.yaml"]
  sized:
    inherit: [{template: common}]
    values: [{size: 7}]
releases:
  - {name: a, chart: ./lamp, inherit: [{template: sized}]}
  - {name: b, chart: ./lamp, inherit: [{template: sized, except: [values]}]}
  - {name: c, chart: ./lamp, values: ["envs/*.yaml"]}
  - {name: d, chart: ./lamp, inherit: [{template: nowhere}]}
  - {name: e, chart: ./lamp, valuesTemplate: [{size: 1}]}
"""
    files = {
        "helmfile.yaml": state,
        "envs/a.yaml": "colour: red\n",
        "envs/b.yaml": "colour: blue\nsize: 2\n",
    }
    found = sets(tmp_path, files, monkeypatch)
    assert (data(found["a"]), found["a"].namespace) == ("data: {colour: \"red\", size: '7'}", "shop")
    assert data(found["b"]) == "data: {colour: \"none\", size: '0'}"
    assert data(found["c"]) == "data: {colour: \"blue\", size: '2'}"
    assert [found[name].whole for name in "abcde"] == [True, True, True, False, False]
    assert found["d"].missing == ("there is no release template 'nowhere' to inherit",)
    assert found["e"].missing == ("its valuesTemplate is not followed",)
