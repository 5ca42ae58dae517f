"""Waiting for files to change."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.cli.watching import changes

GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lamp}\n"
BAD = GOOD.replace("ConfigMap", "ConfigMop")


def test_every_change_is_told_once(tmp_path: Path) -> None:
    deeds = [
        lambda: (tmp_path / "a.yaml").write_text("kind: Pod"),
        lambda: None,
        lambda: (tmp_path / "a.yaml").write_text("kind: Service"),
        lambda: (tmp_path / "a.yaml").unlink(),
    ]
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        deeds[len(waited) - 1]()

    told = changes([str(tmp_path)], wait)
    next(told)
    for after in (1, 3, 4):
        next(told)
        assert len(waited) == after


@pytest.mark.parametrize("name", ["templates/_names.tpl", "kubelens.toml", "app.properties"])
def test_what_manifests_are_made_of_counts(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    told = changes([str(tmp_path)], lambda _: file.write_text("a"))
    next(told)
    next(told)
    assert file.exists()


def test_what_a_run_writes_is_no_change(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            (tmp_path / "a.yaml").touch()

    told = changes([str(tmp_path)], wait, beside=[str(report)])
    next(told)
    report.write_text("[]")
    next(told)
    assert len(waited) == 3


@pytest.mark.parametrize("words", [["-"], [".", "--baseline", "known.json", "--write-baseline"]])
def test_what_cannot_be_watched(words: list[str]) -> None:
    seen = CliRunner().invoke(cli, ["check", "--watch", *words])
    assert seen.exit_code == 2
    assert "--watch" in seen.output


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of Unix")
def test_a_terminal_shows_each_answer_alone_until_ctrl_c(tmp_path: Path) -> None:
    file = tmp_path / "lamp.yaml"
    file.write_text(GOOD)
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", "from kubelens.cli.main import main; main()", "check", "--isolated", "--watch"]
    running = subprocess.Popen([*command, str(tmp_path)], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        assert "nothing to report" in until(ours, "Ctrl-C ends")
        file.write_text(BAD)
        again = until(ours, "Ctrl-C ends")
        assert again.lstrip().startswith("\x1b[H\x1b[2J")
        assert "unknown-kind" in again
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    finally:
        running.kill()
        running.wait()
        os.close(ours)


def until(terminal: int, words: str) -> str:
    """What a terminal shows up to some words; a minute without any more is a failure."""
    seen = b""
    while words.encode() not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, seen
        seen += os.read(terminal, 4096)
    return seen.decode()
