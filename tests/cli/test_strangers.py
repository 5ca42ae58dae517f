"""A repository that nobody here wrote makes a run write nothing, run nothing and read nothing elsewhere."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Kubelens

FINDING = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: 1\n"


def test_a_configuration_found_there_writes_nothing_elsewhere(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.yaml").write_text(FINDING)
    (tmp_path / "in" / "kubelens.toml").write_text('output = ["concise=../written.sh"]\n')
    done = kubelens("check", "in")
    assert (done.returncode, done.stdout) == (2, "")
    assert "kubelens.toml:1: output: '../written.sh' lies outside of" in done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.yaml", "in", "kubelens.toml"]


def test_links_that_leave_the_named_folder_are_left_out_and_told(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret.yaml").write_text(FINDING.replace("name: x", "name: secret"))
    here = tmp_path / "in"
    (here / ".git").mkdir(parents=True)
    (here / ".git" / "config").write_text(FINDING)
    (here / "a.yaml").write_text(FINDING)
    (here / "folder").symlink_to("../home", target_is_directory=True)
    (here / "file.yaml").symlink_to("../home/secret.yaml")
    (here / "git.yaml").symlink_to(".git/config")
    (here / "chain.yaml").symlink_to("folder/secret.yaml")
    (here / "same.yaml").symlink_to("a.yaml")
    done = kubelens("check", "in", "-o", "concise", "--show-files")
    assert "secret" not in done.stdout.replace("secret.yaml", "")
    left_out = sorted(line.partition(":")[0] for line in done.stdout.splitlines() if "leads out" in line)
    assert left_out == ["in/chain.yaml", "in/file.yaml", "in/folder/", "in/git.yaml"]
    assert "in/same.yaml: 1 object" in done.stdout


def test_fixes_are_written_through_no_link(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(FINDING)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.yaml").symlink_to("../outside.yaml")
    done = kubelens("check", "in", "--fix")
    assert done.stdout.startswith("0 objects in 0 files")
    named = kubelens("check", "in/a.yaml", "--fix")
    assert named.returncode == 2
    assert "in/a.yaml: is a link to" in named.stderr
    assert (tmp_path / "outside.yaml").read_text() == FINDING
