"""A repository in a folder of its own, looked at as a user does, in this process."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.check import command as check
from kubelens.cli.sets import command as sets

_FILE = re.compile(r"^# file: (.+)\n", re.MULTILINE)


class Repository:
    """Files below a folder that is the working folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str) -> None:
        """Write files, each after a line ``# file: NAME``."""
        parts = _FILE.split(dedent(text))
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")

    def sets(self) -> dict[str, dict[str, Any]]:
        """What ``kubelens sets`` lists, by name."""
        done = CliRunner().invoke(sets, ["--format", "json"])
        assert done.exit_code == 0, done.output
        return {one["name"]: one for one in json.loads(done.stdout)}

    def check(self, *arguments: str) -> Result:
        """What ``kubelens check`` ends with."""
        return CliRunner().invoke(check, [*arguments])

    def findings(self, *arguments: str) -> list[str]:
        """``file:line: rule: message`` of each finding."""
        done = self.check("-o", "json", *arguments)
        assert done.stdout, done.stderr
        found = json.loads(done.stdout)["findings"]
        return [f"{one['file']}:{one['line']}: {one['rule']}: {one['message']}" for one in found]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """An empty repository, in which no remote is known."""
    monkeypatch.chdir(tmp_path)
    return Repository(tmp_path)
