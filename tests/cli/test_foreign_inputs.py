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


@pytest.mark.parametrize("name", ["testdata", "test-data", "test_data", "fixtures", "__fixtures__"])
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
