"""``kubelens plan``: a revision and the working tree are read by the same rules, so that a change elsewhere tells nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from tests.cli.test_plan import git

LEVEL = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {level: %s}\n"


def plan(*words: str) -> str:
    done = CliRunner().invoke(cli, ["plan", *words, "--fail-on", "never"])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    return tmp_path


def written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize("listed", [True, False])
def test_what_is_put_away_is_there_on_neither_side(repository: Path, *, listed: bool) -> None:
    kustomization = {".graveyard/mail/kustomization.yaml": "resources: [mail.yaml]\n"} if listed else {}
    put_away = {".graveyard/mail/mail.yaml": LEVEL % ("mail", "info"), **kustomization}
    written(repository, {"web/level.yaml": LEVEL % ("level", "info"), **put_away})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(repository, {"web/level.yaml": LEVEL % ("level", "debug")})
    told = plan()
    assert "level info -> debug" in told
    assert "mail" not in told


def test_what_is_put_away_now_is_removed(repository: Path) -> None:
    written(repository, {"web/level.yaml": LEVEL % ("level", "info"), "web/mail.yaml": LEVEL % ("mail", "info")})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    (repository / ".graveyard").mkdir()
    (repository / "web" / "mail.yaml").rename(repository / ".graveyard" / "mail.yaml")
    assert "- ConfigMap default/mail" in plan()


def test_what_links_lead_to_is_there_on_both_sides(repository: Path) -> None:
    written(
        repository,
        {
            "web/level.yaml": LEVEL % ("level", "info"),
            "web/kustomization.yaml": "resources: [level.yaml, shared]\n",
            "parts/shared/kustomization.yaml": "resources: [all.yaml]\n",
            "parts/shared/all.yaml": LEVEL % ("all", "info"),
            "loose/one.yaml": LEVEL % ("one", "info"),
        },
    )
    (repository / "web" / "shared").symlink_to("../parts/shared", target_is_directory=True)
    (repository / "loose" / "two.yaml").symlink_to("one.yaml")
    (repository / "loose" / "out.yaml").symlink_to("/etc/hostname")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(repository, {"web/level.yaml": LEVEL % ("level", "debug")})
    told = plan()
    assert "~ ConfigMap default/level  data.level info -> debug" in told
    assert told.startswith("1 apply set changes")
    assert "all" not in told
    assert "to add" not in told
    written(repository, {"parts/shared/all.yaml": LEVEL % ("all", "debug")})
    assert "~ ConfigMap default/all  " in plan()


def test_links_in_a_chart_that_lead_out_of_it_are_followed_on_neither_side(repository: Path) -> None:
    written(
        repository,
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: api\nversion: 1.0.0\n",
            "chart/templates/a.yaml": LEVEL % ("a", "{{ .Values.level }}"),
            "chart/values.yaml": "level: info\n",
            "common/b.yaml": "\n",
        },
    )
    (repository / "chart" / "templates" / "b.yaml").symlink_to("../../common/b.yaml")
    (repository / "chart" / "templates" / "c.yaml").symlink_to("a.yaml")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(repository, {"chart/values.yaml": "level: info # as it was\n"})
    assert plan().startswith("nothing changes for the server in ")


def test_go_modules_of_others_are_read_on_neither_side(repository: Path) -> None:
    written(
        repository,
        {
            "web/level.yaml": LEVEL % ("level", "info"),
            "vendor/modules.txt": "# example.com/a v1.0.0\n",
            "vendor/example.com/a/b.yaml": LEVEL % ("theirs", "info"),
            "other/vendor/b.yaml": LEVEL % ("ours", "info"),
        },
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(repository, {"web/level.yaml": LEVEL % ("level", "debug")})
    told = plan()
    assert "theirs" not in told
    assert "ours" not in told


def test_what_is_held_though_it_is_ignored_is_the_same_on_both_sides(repository: Path) -> None:
    written(
        repository,
        {
            "web/level.yaml": LEVEL % ("level", "info"),
            "web/made.yaml": LEVEL % ("made", "info"),
            "made/one.yaml": LEVEL % ("one", "info"),
        },
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(repository, {".gitignore": "made.yaml\n/made/\n"})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    written(repository, {"web/level.yaml": LEVEL % ("level", "debug")})
    told = plan()
    assert "level info -> debug" in told
    assert "to remove" not in told


def test_files_that_lie_there_on_both_sides_are_not_called_added(repository: Path) -> None:
    one = "apiVersion: v2\nname: %s\nversion: %s\n"
    written(
        repository,
        {
            "charts/shop/Chart.yaml": one % ("shop", "1.0.0")
            + "dependencies: [{name: mail, version: 1.2.*, repository: https://charts.example.com}]\n",
            "charts/shop/Chart.lock": "dependencies: []\n",
            "charts/shop/templates/a.yaml": LEVEL % ("shop", "info"),
            "charts/mail/Chart.yaml": one % ("mail", "1.2.3"),
            "charts/mail/templates/a.yaml": LEVEL % ("mail", "info"),
        },
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(
        repository,
        {"charts/mail/Chart.yaml": one % ("mail", "1.3.0"), "charts/mail/templates/a.yaml": LEVEL % ("mail", "debug")},
    )
    told = plan()
    assert "~ ConfigMap default/mail  data.level info -> debug" in told
    assert "is added" not in told
    assert "is removed" not in told


@pytest.mark.parametrize("link", ["above", "zoo"])
def test_a_folder_that_has_two_names_is_the_same_sets_on_both_sides(repository: Path, link: str) -> None:
    written(
        repository,
        {
            "mail/prod/kustomization.yaml": "resources: [all.yaml]\n",
            "mail/prod/all.yaml": LEVEL % ("all", "info"),
            "mail/loose.yaml": LEVEL % ("loose", "info"),
            "web/level.yaml": LEVEL % ("level", "info"),
        },
    )
    (repository / link).symlink_to("mail", target_is_directory=True)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(repository, {"web/level.yaml": LEVEL % ("level", "debug")})
    told = plan()
    assert told.startswith("1 apply set changes")
    assert "1 to change\n    ~ ConfigMap default/level  data.level info -> debug" in told


def test_a_link_that_leads_elsewhere_adds_nothing_to_the_set_that_it_leads_to(repository: Path) -> None:
    chart = "apiVersion: v2\nname: api\nversion: %s\nicon: https://example.com/a.png\n"
    for version in ("1.0.0", "2.0.0"):
        files = {"Chart.yaml": chart % version, "values.yaml": "a: 1\n", "templates/a.yaml": LEVEL % ("api", version)}
        written(repository, {f"{version}/api/{name}": text for name, text in files.items()})
        written(repository, {f"{version}/broken/Chart.yaml": chart % version, f"{version}/broken/values.yaml": "{{"})
    (repository / "latest").symlink_to("2.0.0", target_is_directory=True)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    (repository / "latest").unlink()
    (repository / "latest").symlink_to("1.0.0", target_is_directory=True)
    assert plan().startswith("nothing changes for the server in 4 apply sets")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    assert plan("HEAD~1", "HEAD").startswith("nothing changes for the server in 4 apply sets")
    written(repository, {"1.0.0/api/templates/a.yaml": LEVEL % ("api", "debug")})
    told = plan()
    assert told.count("ConfigMap default/api") == 1
    assert told.startswith("1 apply set changes")


def test_where_a_link_leads_counts_for_who_asks_for_what_is_behind_it(repository: Path) -> None:
    written(repository, {"prod/kustomization.yaml": "resources: [../latest]\n"})
    for version, level in (("1.0.0", "info"), ("2.0.0", "debug")):
        written(repository, {f"{version}/kustomization.yaml": "resources: [a.yaml]\n"})
        written(repository, {f"{version}/a.yaml": LEVEL % ("api", level)})
    (repository / "latest").symlink_to("1.0.0", target_is_directory=True)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    (repository / "latest").unlink()
    (repository / "latest").symlink_to("2.0.0", target_is_directory=True)
    assert "level info -> debug" in plan()
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    assert "level info -> debug" in plan("HEAD~1", "HEAD")
