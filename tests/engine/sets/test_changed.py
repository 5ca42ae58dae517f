"""What a change touches: the files it changes, and the sets that are made from them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import OVERLAY

WRONG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: 1}\n"


def git(*words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True, capture_output=True)


@pytest.fixture
def committed(repository: Repository) -> Repository:
    """Two overlays of one base, and a file of its own that is wrong already."""
    repository.write(OVERLAY)
    for name in ("prod", "dev"):
        repository.write(
            f"# file: {name}/kustomization.yaml\nresources: [../apps/web]\npatches: [{{path: patch.yaml}}]\n"
        )
        patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n"
        repository.write(f"# file: {name}/patch.yaml\n{patch}")
    repository.write(f"# file: plain/one.yaml\n{WRONG}")
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "one")
    return repository


def test_nothing_changed(committed: Repository) -> None:
    assert len(committed.findings()) == 1
    assert committed.findings("--changed") == []


def test_a_change_that_touches_no_object_is_a_success(committed: Repository) -> None:
    Path("plain/one.yaml").unlink()
    git("commit", "-qam", "two")
    Path("notes.md").write_text("# Notes\n")
    done = CliRunner().invoke(cli, ["check", "--changed", "--isolated"])
    assert done.exit_code == 0
    assert "0 objects in 0 files: nothing was looked at" in done.output


def test_a_patch_judges_its_set(committed: Repository) -> None:
    Path("dev/patch.yaml").write_text(Path("dev/patch.yaml").read_text().replace("3", "three"))
    (found,) = committed.findings("--changed")
    assert found.startswith("dev/patch.yaml:4: wrong-type")


def test_what_a_change_brings_elsewhere_is_told(committed: Repository) -> None:
    Path("dev/patch.yaml").write_text(Path("dev/patch.yaml").read_text().replace("replicas: 3", "paused: true"))
    Path("apps/web/web.yaml").write_text(Path("apps/web/web.yaml").read_text().replace("replicas: 2", "replicas: two"))
    git("commit", "-qam", "two")
    assert committed.findings("--changed") == []
    (found,) = committed.findings("--changed=HEAD~1")
    assert found.startswith("apps/web/web.yaml:6: wrong-type")
    assert "(in dev; not in prod)" in found


def test_new_files_and_those_on_the_branch(committed: Repository) -> None:
    git("checkout", "-qb", "work")
    committed.write(f"# file: plain/two.yaml\n{WRONG.replace('one', 'two')}")
    git("add", "-A")
    git("commit", "-qm", "two")
    git("checkout", "-q", "main")
    committed.write(f"# file: plain/other.yaml\n{WRONG.replace('one', 'other')}")
    git("add", "-A")
    git("commit", "-qm", "other")
    git("checkout", "-q", "work")
    committed.write(f"# file: plain/three.yaml\n{WRONG.replace('one', 'three')}")
    files = {one.partition(":")[0] for one in committed.findings("--changed=main")}
    assert files == {"plain/two.yaml", "plain/three.yaml"}


def test_a_file_that_is_gone_touches_what_lists_it(committed: Repository) -> None:
    Path("dev/patch.yaml").unlink()
    assert any(one.startswith("dev/kustomization.yaml:2") for one in committed.findings("--changed"))


def test_a_file_that_was_only_touched_is_not_changed(committed: Repository) -> None:
    file = Path("plain/one.yaml")
    file.write_text(file.read_text())
    assert committed.findings("--changed") == []


def test_a_path_is_no_revision(committed: Repository) -> None:
    committed.write(f"# file: plain/two.yaml\n{WRONG.replace('one', 'two')}")
    committed.write(f"# file: other/three.yaml\n{WRONG.replace('one', 'three')}")
    assert [one.partition(":")[0] for one in committed.findings("--changed", "plain")] == ["plain/two.yaml"]


def test_named_files_judge_the_sets_that_are_made_from_them(committed: Repository) -> None:
    Path("apps/web/web.yaml").write_text(Path("apps/web/web.yaml").read_text().replace("nginx:1.27", "a b"))
    found = committed.findings("--whole-repository", "dev/patch.yaml")
    assert found
    assert all(one.startswith("apps/web/web.yaml:") for one in found)


def test_a_revision_that_is_none(committed: Repository) -> None:
    done = committed.check("--changed=nope")
    assert done.exit_code == 2
    assert "--changed 'nope' is no revision" in done.stderr


def test_outside_of_a_repository(repository: Repository) -> None:
    repository.write(f"# file: one.yaml\n{WRONG}")
    done = repository.check("--changed")
    assert done.exit_code == 2
    assert "is not in a git repository" in done.stderr


def test_no_filter_of_the_repository_runs(committed: Repository) -> None:
    git("config", "filter.evil.clean", "touch ran; cat")
    committed.write("# file: .gitattributes\n*.yaml filter=evil\n")
    Path("plain/one.yaml").write_text(WRONG + "# more\n")
    committed.findings("--changed")
    assert not Path("ran").exists()


def test_only_what_a_change_touches_is_counted(committed: Repository) -> None:
    assert committed.check("--changed").stdout.startswith("0 objects in 0 files: nothing was looked at")
    Path("dev/patch.yaml").write_text(Path("dev/patch.yaml").read_text().replace("3", "three"))
    assert committed.check("--changed").stdout.endswith("1 error in 1 of 1 object (1 set)\n")
    Path("plain/one.yaml").write_text(f"{WRONG}---\n{WRONG.replace('one', 'two')}")
    assert committed.check("--changed").stdout.endswith(
        "3 errors in 3 of 3 objects (1 file, 1 set); 2 fixable with --fix\n"
    )
    assert committed.check("--changed=HEAD").stdout == committed.check("--changed").stdout
