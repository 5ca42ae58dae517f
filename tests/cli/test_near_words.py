"""A word that is none of those that are known says which one is close."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("check --output jsn", "no output format is called 'jsn'; did you mean 'json'?"),
        ("check --output wholly-else", "no output format is called 'wholly-else': full, concise,"),
        ("check --compat kubelinter", "--compat 'kubelinter' is unknown; did you mean 'kube-linter'?"),
        ("check --compat xyz", "--compat 'xyz' is unknown: kube-linter, kube-score"),
        ("check --select wrong-typ", "no rule, alias or family is called 'wrong-typ'; did you mean 'wrong-type'?"),
        ("predict schedul", "No such command 'schedul'. Did you mean 'schedule'?"),
        ("predict wholly-else", "No such command 'wholly-else'.\n"),
    ],
)
def test_on_the_command_line(words: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    done = CliRunner().invoke(cli, words.split())
    assert told in done.stderr
    assert done.exit_code == 2


def test_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kubelens.toml").write_text('profile = "securty"\n')
    assert "profile 'securty' is unknown; did you mean 'security'?" in CliRunner().invoke(cli, ["check"]).stderr


def test_a_rule_that_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")

    def told(name: str) -> str:
        return CliRunner().invoke(cli, ["check", "--select", name]).stderr

    assert "called 'Wrong_Type'; did you mean 'wrong-type'?" in told("Wrong_Type")
    assert "called 'xyzzy' ('kubelens rules' lists them)" in told("xyzzy")
    assert "; with 'selects' there are " in told("not-this-that-selects-it-at-all")
