"""Findings in the test data of other programs are counted once, with what leaves them out."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

BROKEN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Hall_NUMBER}\n"
LEFT_OUT = "--exclude 'testdata/' leaves it out"


@pytest.mark.parametrize(
    ("folder", "files", "named", "told"),
    [
        ("pkg/testdata/bad", 3, ".", True),
        ("pkg/testdata/bad", 2, ".", False),
        ("pkg/data/bad", 3, ".", False),
        ("pkg/testdata/bad", 3, "pkg/testdata", False),
    ],
    ids=["many", "few", "other folder", "asked for"],
)
def test_it_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, files: int, named: str, told: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / folder).mkdir(parents=True)
    for number in range(files):
        (tmp_path / folder / f"{number}.yaml").write_text(BROKEN.replace("NUMBER", str(number)))
    done = CliRunner().invoke(cli, ["check", "--isolated", named])
    assert done.exit_code == 1
    assert done.stderr.count(LEFT_OUT) == told
    assert (f"{files} of {files} errors and warnings" in done.stderr) is told


def test_what_it_says_leaves_them_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "testdata").mkdir()
    (tmp_path / "testdata" / "a.yaml").write_text(BROKEN)
    (tmp_path / "b.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hall}\n")
    assert CliRunner().invoke(cli, ["check", "--isolated", ".", "--exclude", "testdata/"]).exit_code == 0
