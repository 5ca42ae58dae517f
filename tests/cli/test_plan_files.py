"""``kubelens plan`` says that files change in languages that it does not read, and what nobody is known to apply."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from kubelens.cli.commands import cli

CASES = YAML(typ="safe").load(
    (Path(__file__).parents[1] / "plan" / "folders.yaml").read_text(encoding="utf-8"),
)


def told(*words: str) -> dict[str, list[str]]:
    done = CliRunner().invoke(cli, ["plan", *words, "--format", "json", "--fail-on", "never"])
    assert done.exit_code == 0, done.output
    found: dict[str, list[str]] = {}
    for one in json.loads(done.stdout)["sets"]:
        for each in one["consequences"]:
            found.setdefault(each["kind"], []).append(each["about"])
    return found


def written(folder: Path, files: dict[str, str]) -> str:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return str(folder)


def sides_of(case: dict[str, dict[str, str]], folder: Path) -> tuple[str, str]:
    before = case["before"]
    after = {name: text for name, text in {**before, **case["after"]}.items() if text is not None}
    return written(folder / "old", before), written(folder / "new", after)


def told_of(case: dict[str, dict[str, str]], folder: Path) -> dict[str, list[str]]:
    return told(*sides_of(case, folder))


def open_in(*words: str) -> dict[str, list[str]]:
    """The files that are told of sets of which it is not known what they come to."""
    done = CliRunner().invoke(cli, ["plan", *words, "--format", "json", "--fail-on", "never"])
    sets = json.loads(done.stdout)["sets"]
    return {one["name"]: [file["name"] for file in one["files"]] for one in sets if not one["known"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_follows_of_files(case: dict[str, dict[str, str]], tmp_path: Path) -> None:
    sides = sides_of(case, tmp_path)
    assert told(*sides) == case["expect"]
    unjudged = open_in(*sides)
    assert unjudged == case.get("open", {})
    for form in ("text", "markdown", "html"):
        told_there = CliRunner().invoke(cli, ["plan", *sides, "--format", form, "--fail-on", "never"]).stdout
        assert all(name in told_there for name in unjudged)


def test_what_git_ignores_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def git(*words: str) -> None:
        who = ["-c", "user.email=a@example.com", "-c", "user.name=a"]
        subprocess.run(["git", *who, *words], check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "main.jsonnet").write_text("{a: 1}\n")
    (tmp_path / ".gitignore").write_text("made.jsonnet\n")
    git("add", "-A")
    git("commit", "-qm", "first")
    (tmp_path / "made.jsonnet").write_text("{a: 1}\n")
    assert told() == {}
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "more.libsonnet").write_text("{}\n")
    (tmp_path / "main.jsonnet").write_text("{a: 2}\n")
    assert told() == {"not-known": ["apps/more.libsonnet", "main.jsonnet"]}
    assert told("-p", "apps") == {"not-known": ["apps/more.libsonnet"]}
    git("add", "-A")
    git("commit", "-qm", "second")
    assert told("HEAD~1", "HEAD") == {"not-known": ["apps/more.libsonnet", "main.jsonnet"]}


def test_a_release_of_helmfile_is_not_known_where_its_own_entry_differs(tmp_path: Path) -> None:
    state = "releases:\n- {name: one, chart: 'oci://charts.example.com/one', version: %s}\n- {name: two, chart: 'oci://charts.example.com/two', version: 1.0.0}\n"
    old = written(tmp_path / "old", {"helmfile.yaml": state % "1.0.0"})
    new = written(tmp_path / "new", {"helmfile.yaml": state % "1.1.0"})
    done = CliRunner().invoke(cli, ["plan", old, new, "--format", "json"])
    sets = {one["name"]: one for one in json.loads(done.stdout)["sets"]}
    assert [file["name"] for file in sets["one"]["files"]] == ["helmfile.yaml"]
    assert "two" not in sets or sets["two"]["files"] == []
    text = CliRunner().invoke(cli, ["plan", old, new]).stdout
    assert "helmfile.yaml  releases[one].version 1.0.0 -> 1.1.0" in text
    assert "? two" not in text


def test_of_custom_resources_no_more_is_said_than_is_known(tmp_path: Path) -> None:
    lamp = "apiVersion: example.com/v1\nkind: Lamp\nmetadata: {name: desk}\nspec: {bright: %s}\n"
    env = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {a: %s}\n"
    for name, text, known in (("lamp", lamp, False), ("env", env, True)):
        old = written(tmp_path / f"{name}-old", {"one.yaml": text % "'a'"})
        new = written(tmp_path / f"{name}-new", {"one.yaml": text % "'b'"})
        verdict = CliRunner().invoke(cli, ["plan", old, new]).stdout.splitlines()[-1]
        assert verdict.startswith("nothing that restarts, breaks or opens anything")
        assert ("custom resource" in verdict) is not known


def test_what_a_chart_depends_on_is_told_first_and_where_another_file_said_it(tmp_path: Path) -> None:
    needs = "dependencies:\n- {name: db, version: %s, repository: 'https://charts.example.com'}\n"
    old = {"app/Chart.yaml": "name: app\n", "app/requirements.yaml": needs % "1.0.0"}
    chart = "apiVersion: v2\nname: app\nversion: 1.0.0\ndescription: An application\n"
    for number, new in enumerate(
        ({"app/Chart.yaml": chart + needs % "2.0.0"}, {**old, "app/requirements.yaml": needs % "2.0.0"})
    ):
        sides = [written(tmp_path / f"{side}{number}", files) for side, files in (("old", old), ("new", new))]
        lines = CliRunner().invoke(cli, ["plan", *sides]).output.splitlines()
        assert sum("dependencies[db].version 1.0.0 -> 2.0.0" in line for line in lines) == 1
        assert not any("is removed" in line for line in lines)


APPLICATION = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  source: {repoURL: https://git.example.com/shop/deploy, path: deploy/web}
  destination: {namespace: shop, server: https://kubernetes.default.svc}
"""
NAMES = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: names}\ndata: {a: %s}\n"


def headings(*words: str) -> list[str]:
    lines = CliRunner().invoke(cli, ["plan", *words]).output.splitlines()
    return [line.split("    ")[0] for line in lines if line.endswith("to change")]


def test_applications_are_followed_in_each_of_two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for side, text in (("old", "b"), ("new", "c")):
        written(tmp_path / side, {"apps/web.yaml": APPLICATION, "deploy/web/names.yaml": NAMES % text})
    monkeypatch.chdir(tmp_path)
    assert headings("old", "new") == ["application/web"]
    for side in ("old", "new"):
        subprocess.run(["git", "init", "-q", side], check=True, capture_output=True)
    assert headings("old", "new") == ["application/web"]
    assert headings("old/apps/web.yaml", "new/apps/web.yaml") == []


def test_a_folder_that_leads_out_of_itself_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "base", {"kustomization.yaml": "resources: [names.yaml]\n", "names.yaml": NAMES % "b"})
    written(tmp_path / "old", {"kustomization.yaml": "resources: [../base]\n"})
    written(tmp_path / "new", {"kustomization.yaml": "resources: [../base]\nnamespace: shop\n"})
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["plan", "old", "new"])
    assert "+ ConfigMap shop/names" in done.output
    assert "- ConfigMap default/names" in done.output


APPLICATIONS = """apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
  goTemplate: true
  generators: [{git: {repoURL: https://git.example.com/shop/deploy, directories: [{path: platform/*}]}}]
  template:
    metadata: {name: '{{ .path.basename }}'}
    spec:
      project: default
      source: {repoURL: https://git.example.com/shop/deploy, path: '{{ .path.path }}'}
      destination: {namespace: '{{ .path.basename }}', name: in-cluster}
"""


def test_an_application_that_comes_with_its_folder_is_new(tmp_path: Path) -> None:
    chart = "apiVersion: v2\nname: %s\nversion: 1.0.0\ndependencies: [{name: db, version: 1.0.0, repository: 'https://charts.example.com'}]\n"
    old = {"apps.yaml": APPLICATIONS, "platform/one/Chart.yaml": chart % "one"}
    sides = written(tmp_path / "old", old), written(tmp_path / "new", {**old, "platform/two/Chart.yaml": chart % "two"})
    told = CliRunner().invoke(cli, ["plan", *sides]).output
    assert "? application/two    is new, and what it brings is not known: charts/ does not hold 'db'" in told
    assert "application/one" not in told
    back = CliRunner().invoke(cli, ["plan", "--back", *sides]).output
    assert "? application/two    is not there any more" in back


def test_files_that_a_set_has_not_come_to_read_are_not_called_removed(tmp_path: Path) -> None:
    flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec: {path: ./%s, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}\n"
    source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {url: 'https://git.example.com/shop/deploy'}\n"
    patch = "patches: [{target: {kind: Secret, name: none}, path: patch.yaml}]\n"
    there = {
        "clusters/source.yaml": source,
        "base/kustomization.yaml": "resources: [names.yaml]\n",
        "base/names.yaml": NAMES % "b",
        "prod/kustomization.yaml": "resources: [../base]\n",
        "stage/kustomization.yaml": f"resources: [../base, ../nowhere]\n{patch}",
        "other/kustomization.yaml": "resources: [../base]\n",
    }
    old = written(tmp_path / "old", {**there, "clusters/apps.yaml": flux % "prod"})
    new = written(tmp_path / "new", {**there, "clusters/apps.yaml": flux % "stage"})
    told = CliRunner().invoke(cli, ["plan", old, new]).output
    assert "[set-breaks]" in told
    assert "path ./prod -> ./stage" in told
    assert not {"prod/kustomization.yaml", "base/names.yaml"} & set(open_in(old, new)["kustomization/apps"])
    assert "is removed" not in told
    assert "is added" not in told
