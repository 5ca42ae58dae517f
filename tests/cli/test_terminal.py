"""On a terminal: colour, width, and a line that says what a long run is at."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="no terminals here")
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: []}\n"


def on_terminal(
    folder: Path, *arguments: str, slow: float = 0.0, until: bytes = b"", env: dict[str, str] | None = None
) -> tuple[str, str, int]:
    """(what standard output shows, what standard error shows, exit code), both terminals of their own.

    Standard input comes after ``slow`` seconds, or once standard error shows ``until``.
    """
    out, out_end = pty.openpty()
    err, err_end = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")} | (env or {})
    with subprocess.Popen(
        [sys.executable, "-m", "kubelens", *arguments],
        stdin=subprocess.PIPE, stdout=out_end, stderr=err_end, cwd=folder, env=environment,
    ) as process:  # fmt: skip
        os.close(out_end)
        os.close(err_end)
        time.sleep(slow)
        shown = b""
        while until not in shown:
            shown += os.read(err, 65536)
        assert process.stdin is not None
        process.stdin.write(POD.encode())
        process.stdin.close()
        said = _all(out), shown.decode() + _all(err)
        return *said, process.wait()


def _all(terminal: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()


def test_a_long_run_says_what_it_is_at(tmp_path: Path) -> None:
    out, err, code = on_terminal(tmp_path, "check", "-", until=b" s")
    assert code == 1
    assert re.search(r"kubelens: (reading|checking 1 files), \d+ s", err)
    assert err.endswith("\r"), "the line is gone at the end"
    assert "reading" not in out


def test_a_short_or_quiet_run_says_nothing(tmp_path: Path) -> None:
    assert on_terminal(tmp_path, "check", "-", "-q", slow=2.5)[1] == ""


@pytest.mark.parametrize(
    ("env", "arguments", "coloured"),
    [
        ({}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": ""}, (), True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({}, ("--color", "never"), False),
    ],
)
def test_colour(env: dict[str, str], arguments: tuple[str, ...], coloured: bool, tmp_path: Path) -> None:
    out, _, _ = on_terminal(tmp_path, "check", "-", *arguments, env=env)
    assert ("\x1b[" in out) is coloured
