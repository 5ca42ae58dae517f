"""Findings in the test data of other programs are counted once, and told to those who ask for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

BROKEN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Hall}\n"
WHOLE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hall}\n"


def check(folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], *words: str, text: str = "") -> Result:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    monkeypatch.chdir(folder)
    return CliRunner().invoke(cli, ["check", "--isolated", *words], input=text)


@pytest.mark.parametrize(
    "name", ["testdata", "test-data", "test_data", "fixtures", "__fixtures__", "src/test/resources"]
)
def test_they_are_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    files = {f"pkg/{name}/a.yaml": BROKEN, f"pkg/{name}/deep/b.yaml": BROKEN.replace("Hall", "Stage"), "c.yaml": WHOLE}
    done = check(tmp_path, monkeypatch, files, ".")
    assert (done.exit_code, "admission" in done.stdout) == (0, False)
    said = (
        f"2 findings in test data are not told, as nobody applies it (pkg/{name}): kubelens check pkg/{name} tells them"
    )
    assert done.stderr.count(said) == 1


def test_what_lies_beside_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = check(tmp_path, monkeypatch, {"pkg/testdata/a.yaml": BROKEN, "pkg/data/b.yaml": BROKEN}, ".", "-o", "json")
    assert done.exit_code == 1
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"pkg/data/b.yaml"}
    assert "1 finding in test data is not told" in done.stderr


@pytest.mark.parametrize("named", ["pkg/testdata", "pkg/testdata/a.yaml"])
def test_those_who_name_it_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    done = check(tmp_path, monkeypatch, {"pkg/testdata/a.yaml": BROKEN}, named)
    assert (done.exit_code, "test data" in done.stderr) == (1, False)


def test_standard_input_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = check(tmp_path, monkeypatch, {}, "-", "--stdin-filename", "testdata/a.yaml", text=BROKEN)
    assert (done.exit_code, "test data" in done.stderr) == (1, False)


def test_nothing_there_is_mended_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hall}\ndata: {port: 80}\n"
    check(tmp_path, monkeypatch, {"testdata/a.yaml": port}, ".", "--fix")
    assert (tmp_path / "testdata/a.yaml").read_text() == port
    check(tmp_path, monkeypatch, {}, "testdata", "--fix")
    assert (tmp_path / "testdata/a.yaml").read_text() != port


def test_what_it_says_leaves_them_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = check(tmp_path, monkeypatch, {"testdata/a.yaml": BROKEN, "b.yaml": WHOLE}, ".", "--exclude", "testdata/")
    assert (done.exit_code, "test data" in done.stderr) == (0, False)


def test_what_a_build_tool_keeps_for_tests_is_left_out_by_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resources of the program itself are no test data."""
    files = {
        "api/src/test/resources/a.yaml": BROKEN,
        "api/src/main/resources/b.yaml": BROKEN,
        "resources/c.yaml": BROKEN,
    }
    done = check(tmp_path, monkeypatch, files, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {
        "api/src/main/resources/b.yaml",
        "resources/c.yaml",
    }
    assert "--exclude '**/src/test/resources/' leaves the files out" in done.stderr
    done = check(tmp_path, monkeypatch, {}, ".", "--exclude", "**/src/test/resources/")
    assert "not told" not in done.stderr


def test_templates_that_coding_agents_fill_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {".agents/skills/deploy/a.yaml": BROKEN, "agents/b.yaml": BROKEN}
    done = check(tmp_path, monkeypatch, files, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"agents/b.yaml"}
    assert "1 finding in templates for agents is not told, as nobody applies them (.agents)" in done.stderr
    assert check(tmp_path, monkeypatch, {}, ".agents").exit_code == 1


def test_a_folder_that_is_a_link_to_another_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/examples").symlink_to("../packaging/examples")
    done = check(tmp_path, monkeypatch, {"packaging/examples/a.yaml": BROKEN}, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"packaging/examples/a.yaml"}
    done = check(tmp_path, monkeypatch, {}, "docs/examples", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"docs/examples/a.yaml"}


FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
"""
LIST = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [%s]\n"


def test_what_no_list_names_where_lists_are_applied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flux builds the folder: what its kustomizations do not name is in no cluster, in whatever folder it lies."""
    files = {
        "cluster/apps.yaml": FLUX,
        "apps/kustomization.yaml": LIST % "./hall/listed.yaml",
        "apps/hall/listed.yaml": BROKEN,
        "apps/hall/left.yaml": BROKEN.replace("Hall", "Left"),
    }
    done = check(tmp_path, monkeypatch, files, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"apps/hall/listed.yaml"}
    said = "1 finding in files that no kustomization lists is not told, as what is applied here is listed (apps/hall/left.yaml)"
    assert said in done.stderr
    assert check(tmp_path, monkeypatch, {}, "apps/hall/left.yaml").exit_code == 1


def test_what_no_list_names_may_be_applied_by_hand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing says there that lists are all that is applied: not beside a kustomization of nobody, not outside of Flux's folder."""
    files = {
        "cluster/apps.yaml": FLUX,
        "apps/kustomization.yaml": LIST % "listed.yaml",
        "apps/listed.yaml": WHOLE,
        "steps/kustomization.yaml": LIST % "listed.yaml",
        "steps/listed.yaml": WHOLE,
        "steps/left.yaml": BROKEN,
    }
    done = check(tmp_path, monkeypatch, files, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"steps/left.yaml"}
    assert "not told" not in done.stderr


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("tests/e2e/a.yaml", False),
        ("pkg/e2e/a.yaml", False),
        ("test/golden/a.yaml", False),
        ("pkg/testdata2/a.yaml", False),
        ("docs/proposals/a.yaml", False),
        ("docs/guide/a.yaml", True),
        ("latest/a.yaml", True),
        ("overlays/test/a.yaml", True),
        ("chart/templates/tests/a.yaml", True),
    ],
)
def test_tests_and_designs_by_their_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, told: bool
) -> None:
    done = check(tmp_path, monkeypatch, {file: BROKEN, "b.yaml": WHOLE}, ".")
    assert (done.exit_code == 1, "not told, as nobody applies" in done.stderr) == (told, not told)


@pytest.mark.parametrize(("beside", "told"), [("prod", True), ("staging", True), ("cmd", False)])
def test_an_environment_called_test_is_no_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: str, told: bool
) -> None:
    files = {"deploy/test/a.yaml": BROKEN, f"deploy/{beside}/a.yaml": WHOLE}
    assert (check(tmp_path, monkeypatch, files, ".").exit_code == 1) is told


@pytest.mark.parametrize(
    ("user", "told"), [("deploy/kustomization.yaml", True), ("tests/one/kustomization.yaml", False)]
)
def test_what_a_set_from_elsewhere_takes_in_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str, told: bool
) -> None:
    up = "../" * user.count("/")
    files = {"tests/shop/hall.yaml": BROKEN, "tests/shop/kustomization.yaml": "resources: [hall.yaml]\n"}
    files[user] = f"resources: [{up}tests/shop]\n"
    assert (check(tmp_path, monkeypatch, files, ".").exit_code == 1) is told


def test_what_only_a_test_makes_of_a_base_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "base/hall.yaml": WHOLE,
        "base/kustomization.yaml": "resources: [hall.yaml]\n",
        "tests/one/kustomization.yaml": "resources: [../../base]\nnamePrefix: A_\n",
    }
    done = check(tmp_path, monkeypatch, files, ".")
    assert (done.exit_code, "(tests)" in done.stderr) == (0, True)


CHART = "apiVersion: v2\nname: hall\nversion: 1.0.0\n"
SECRET = """\
{{ if .Values.many }}
apiVersion: v1
kind: Secret
metadata: {name: hall}
data: {api-key: {{ .Values.key }}}
{{ end }}
"""


def test_what_values_that_try_a_chart_bring_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"hall/Chart.yaml": CHART, "hall/templates/a.yaml": SECRET, "hall/values.yaml": "many: false\nkey: YWJj\n"}
    files["hall/ci/many-values.yaml"] = "many: true\nkey: YWJjCg==\n"
    done = check(tmp_path, monkeypatch, files, ".")
    assert (done.exit_code, "(hall/ci)" in done.stderr) == (0, True)
    files["hall/values.yaml"] = "many: true\nkey: YWJjCg==\n"
    assert "secret-value-line-break" in check(tmp_path, monkeypatch, files, ".").stdout


def test_what_a_template_prints_wrong_whatever_the_values_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"hall/Chart.yaml": CHART, "hall/values.yaml": "many: false\nkey: YWJj\n"}
    files["hall/templates/a.yaml"] = SECRET.replace("data:", "date:")
    files["hall/ci/many-values.yaml"] = "many: true\n"
    done = check(tmp_path, monkeypatch, files, ".")
    assert (done.exit_code, "date" in done.stdout) == (1, True)


def test_copies_that_a_build_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"_site/lesson/a.yaml": BROKEN, "lesson/a.yaml": BROKEN, "site/b.yaml": BROKEN}
    done = check(tmp_path, monkeypatch, files, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"lesson/a.yaml", "site/b.yaml"}
    assert "1 finding in copies that a build makes is not told, as other files are their source (_site)" in done.stderr


@pytest.mark.parametrize("name", ["old", "archive", "gateway.disabled", "_deprecated", "old-docs"])
def test_what_is_put_away_is_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    files = {f"apps/{name}/a.yaml": BROKEN, "apps/gold/b.yaml": BROKEN}
    done = check(tmp_path, monkeypatch, files, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"apps/gold/b.yaml"}
    assert (
        f"1 finding in folders of what is put away is not told, as nobody applies it any more (apps/{name})"
        in done.stderr
    )
    assert check(tmp_path, monkeypatch, {}, f"apps/{name}").exit_code == 1


def test_what_flux_applies_is_not_put_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application may be called so."""
    files = {"cluster/apps.yaml": FLUX, "apps/archive/a.yaml": BROKEN}
    done = check(tmp_path, monkeypatch, files, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"apps/archive/a.yaml"}


@pytest.mark.parametrize("name", ["e2e-tests", "integration_test", "systemtest"])
def test_folders_of_tests_of_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    done = check(tmp_path, monkeypatch, {f"{name}/compare/a.yaml": BROKEN, "tested/b.yaml": BROKEN}, ".", "-o", "json")
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {"tested/b.yaml"}
