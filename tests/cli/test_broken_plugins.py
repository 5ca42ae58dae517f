"""A plugin that is broken in any way is named with its distribution, and everybody else's findings stay."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Kubelens

WITNESS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: w}\ndata: {a: b, a: c}\n"
HEAD = "from kubelens import hookimpl, rule, Severity\n"
RULE = (
    HEAD
    + "@rule(on='ConfigMap', severity=Severity.ERROR, name='bad-rule')\ndef check(resource, ctx):\n    {}\n"
    + "@hookimpl\ndef kubelens_rules():\n    return [check]\n"
)
HOOK = HEAD + "@hookimpl\ndef {}:\n    {}\n"
BROKEN = {
    "leaves while it is imported": ("raise SystemExit(0)\n", "cannot be loaded: SystemExit: 0"),
    "fails while it is imported": ("import nowhere\n", "cannot be loaded: ModuleNotFoundError"),
    "is no Python": ("x = (\n", "cannot be loaded: SyntaxError"),
    "leaves in a hook": (HOOK.format("kubelens_rules()", "raise SystemExit(0)"), "fails in kubelens_rules"),
    "gives no list of rules": (HOOK.format("kubelens_rules()", "return 3"), "with 3, which is no list"),
    "gives no rules": (HOOK.format("kubelens_rules()", "return [3]"), "offers 3, which is no rule"),
    "gives no definitions": (HOOK.format("kubelens_schemas(release)", "return [3]"), "offers 3, which is no Custom"),
    "gives no texts": (HOOK.format("kubelens_load(path, render)", "return [3]"), "[3], which are no texts"),
    "has a rule that raises": (RULE.format("raise KeyError('x')"), "rule 'bad-rule'"),
    "has a rule that leaves": (RULE.format("raise SystemExit(0)"), "rule 'bad-rule'"),
    "has a rule that finds nothing to go over": (RULE.format("return 3"), "rule 'bad-rule'"),
    "has a rule that finds no findings": (RULE.format("return [3]"), "3 is no finding"),
    "has a finding without a message": (RULE.format("yield ctx.finding(3, at=resource.place)"), "message is text"),
    "has a finding elsewhere": (
        RULE.format("from kubelens.syntax.place import Place; yield ctx.finding('x', at=Place('no.yaml', 0))"),
        "not looked at: 'no.yaml'",
    ),
    "has a format that raises": (
        HEAD + "from kubelens.report.api import Reporter\n@hookimpl\ndef kubelens_reporters():\n"
        "    return [Reporter('mine', 'x', lambda results: 1 / 0)]\n",
        "output format 'mine' (from kubelens-junk) fails: ZeroDivisionError",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_named_and_stops_nothing(name: str, tmp_path: Path, kubelens: Kubelens) -> None:
    code, says = BROKEN[name]
    info = tmp_path / "site" / "kubelens_junk-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kubelens-junk\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[kubelens]\njunk = kubelens_junk\n")
    (tmp_path / "site" / "kubelens_junk.py").write_text(code)
    (tmp_path / "witness.yaml").write_text(WITNESS)
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(ROOT), str(ROOT / "lsp")])}
    formats = ["-o", "concise=out.txt"]
    formats += ["-o", "mine"] if name == "has a format that raises" else []
    done = kubelens("check", ".", "--render", *formats, env=env)
    assert done.returncode == 2
    assert "kubelens-junk" in done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert "witness.yaml:4:14: error[duplicate-key]" in (tmp_path / "out.txt").read_text()
    without = kubelens("check", ".", "--no-plugins", "-o", "concise", env=env)
    assert (without.returncode, without.stderr) == (1, "")
