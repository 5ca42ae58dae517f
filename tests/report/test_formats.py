"""Every output format, over one small folder of manifests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from kubelens.engine.config import Config
from kubelens.engine.inputs import Wanted, read_texts
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import Outcome, run
from kubelens.report.api import Results, Style
from kubelens.report.formats import BUILT_IN
from kubelens.report.full import render
from tests.cli.conftest import Kubelens, kubelens  # noqa: F401 - a fixture

TWO = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: caf\u00e9
data:
  \U0001f600: "1"
  y: "2"
  level: info
  level: debug
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: caf\u00e9
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "settings.yaml").write_text(TWO, encoding="utf-8")
    (tmp_path / "values.yaml").write_text("a: 1\n")
    return tmp_path


SELECT = ("--select", "boolean-key,duplicate-key,duplicate-object")


def test_concise(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    done = kubelens("check", ".", "-o", "concise", *SELECT)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("deploy/settings.yaml:7:3: warning[boolean-key]")
    assert lines[1].startswith("deploy/settings.yaml:9:3: error[duplicate-key]")
    assert lines[2].startswith("deploy/settings.yaml:14:9: error[duplicate-object]")
    assert lines[3] == "2 errors, 1 warning in 2 of 2 objects (1 file, 1 not Kubernetes); 1 fixable with --fix"


def test_full_shows_the_line_a_caret_and_the_other_end(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    done = kubelens("check", ".", *SELECT, "--color", "never")
    assert "14 |   name: caf\u00e9\n   |         ^^^^\n" in done.stdout
    assert "   ::: deploy/settings.yaml:4:9\n" in done.stdout or "::: deploy/settings.yaml:4:9" in done.stdout
    assert "---- the first one is here" in done.stdout
    assert "\x1b[" not in done.stdout
    assert "\x1b[" in kubelens("check", ".", *SELECT, "--color", "always").stdout


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False), ({}, False)],
)
def test_colour_by_environment(folder: Path, kubelens: Kubelens, environment: dict[str, str], coloured: bool) -> None:  # noqa: F811
    assert ("\x1b[" in kubelens("check", ".", *SELECT, env=environment).stdout) is coloured


def test_json_and_jsonl_say_the_same(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    whole = json.loads(kubelens("check", ".", "-o", "json", *SELECT).stdout)
    lines = [json.loads(line) for line in kubelens("check", ".", "-o", "jsonl", *SELECT).stdout.splitlines()]
    assert whole["findings"] == lines
    assert whole["counts"] == {"error": 2, "warning": 1, "info": 0}
    assert whole["skipped"] == [
        {"file": "values.yaml", "status": "not Kubernetes", "reason": "no document with apiVersion and kind"}
    ]
    first = lines[0]
    assert (first["file"], first["line"], first["column"], first["end_column"]) == ("deploy/settings.yaml", 7, 3, 4)
    assert lines[2]["related"][0]["line"] == 4


def test_sarif_is_valid_and_counts_code_points(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    from sarif_pydantic import Sarif

    log = json.loads(kubelens("check", ".", "-o", "sarif", *SELECT).stdout)
    assert Sarif.model_validate(log).version == "2.1.0"
    run = log["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({result["ruleId"] for result in run["results"]})
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
    texts = [rule[key]["text"] for rule in rules for key in ("shortDescription", "fullDescription", "help")]
    assert all(texts)
    assert all(len(rule["fullDescription"]["text"]) <= 1024 for rule in rules)
    marks = [result["partialFingerprints"]["kubelens/v1"] for result in run["results"]]
    assert len(marks) == len(set(marks)) == 3


def test_github_escapes_and_writes_the_step_summary(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    summary = folder / "summary.md"
    done = kubelens("check", ".", "-o", "github", *SELECT, env={"GITHUB_STEP_SUMMARY": str(summary)})
    commands = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert commands[0].startswith("::error file=deploy/settings.yaml,line=9,col=3,endColumn=8,title=duplicate-key::")
    assert [c.split(" ")[0] for c in commands] == ["::error", "::error", "::warning"]
    assert "deploy/settings.yaml:14:9" in summary.read_text()


def test_gitlab_has_unique_fingerprints(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    records = json.loads(kubelens("check", ".", "-o", "gitlab", *SELECT).stdout)
    assert {r["severity"] for r in records} == {"critical", "minor"}
    assert len({r["fingerprint"] for r in records}) == len(records) == 3
    assert records[0]["location"] == {"path": "deploy/settings.yaml", "lines": {"begin": 7}}


def test_junit_has_a_case_for_each_object(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    root = ElementTree.fromstring(kubelens("check", ".", "-o", "junit", *SELECT).stdout)
    suite = root.find("testsuite")
    assert suite is not None
    assert suite.get("name") == "deploy/settings.yaml"
    assert [len(case.findall("failure")) for case in suite.findall("testcase")] == [2, 1]


def test_rdjson_counts_bytes(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    (folder / "flow.yaml").write_text(
        '{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {"\U0001f600": "", y: a}}\n', encoding="utf-8"
    )
    found: list[dict[str, Any]] = json.loads(kubelens("check", "flow.yaml", "-o", "rdjson", *SELECT).stdout)[
        "diagnostics"
    ]
    text = (folder / "flow.yaml").read_text(encoding="utf-8")
    start = len(text[: text.index("y: a")].encode()) + 1
    assert found[0]["location"]["range"]["start"] == {"line": 1, "column": start}


def test_grouped(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    out = kubelens("check", ".", "-o", "grouped", *SELECT).stdout
    assert out.startswith("deploy/settings.yaml:\n")
    assert out.count("[duplicate-key]") == 1


def test_several_formats_in_one_run(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    arguments = [text for name in BUILT_IN if name != "concise" for text in ("-o", f"{name}=out.{name}")]
    done = kubelens("check", ".", "-o", "concise", *arguments, *SELECT)
    assert done.returncode == 1
    assert done.stdout.startswith("deploy/settings.yaml:7:3")
    for name in BUILT_IN:
        assert name == "concise" or (folder / f"out.{name}").stat().st_size > 0
    assert kubelens("check", ".", "-o", "json", "-o", "sarif").returncode == 2
    assert "no output format" in kubelens("check", ".", "-o", "xml").stderr


def test_statistics_and_files(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    done = kubelens("check", ".", "--statistics", "--show-files", "-o", "concise", *SELECT)
    assert "     1  error    duplicate-key" in done.stdout
    assert "values.yaml: not Kubernetes: no document with apiVersion and kind" in done.stdout


def test_findings_alike_are_folded_in_full_and_listed_in_concise(kubelens: Kubelens, tmp_path: Path) -> None:  # noqa: F811
    text = "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}}}\ndata: {{a: 1}}\n" for n in range(9)
    )
    (tmp_path / "a.yaml").write_text(text)
    full = kubelens("check", "--isolated", "a.yaml").stdout
    assert full.count("error[wrong-type]") == 3
    assert "and 6 more like it" in full
    assert kubelens("check", "--isolated", "-o", "concise", "a.yaml").stdout.count("[wrong-type]") == 9


def test_markdown_has_a_table_for_each_object(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    text = kubelens("check", ".", "-o", "markdown", *SELECT).stdout
    assert text.startswith("### kubelens\n\n2 errors, 1 warning in 2 of 2 objects")
    assert "\n**ConfigMap default/café** (deploy/settings.yaml:" in text
    assert " | deploy/settings.yaml:9 | `" in text
    assert "| `duplicate-key` |" in text


def test_html_is_one_page_with_the_lines(folder: Path, kubelens: Kubelens) -> None:  # noqa: F811
    (folder / "deploy" / "<b>.yaml").write_text(
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {y: "<i>"}\n'
    )
    text = kubelens("check", ".", "-o", "html", *SELECT).stdout
    assert text.startswith("<!doctype html>")
    assert "<pre>  name: <mark>caf\u00e9</mark></pre>" in text
    assert "deploy/&lt;b&gt;.yaml" in text
    assert "<b>.yaml" not in text
    assert '<h3>ConfigMap default/café <code class="soft">deploy/settings.yaml:1</code></h3>' in text
    assert "<script" not in text
    assert "Content-Security-Policy" in text


@pytest.mark.parametrize("form", ["concise", "grouped"])
def test_short_formats_are_coloured_by_severity(folder: Path, kubelens: Kubelens, form: str) -> None:  # noqa: F811
    plain, coloured = (
        kubelens("check", ".", "-o", form, *SELECT, "--color", when).stdout for when in ("never", "always")
    )
    assert "\x1b[33mwarning" in coloured
    assert "\x1b[31merror" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


def test_full_is_folded_at_words_on_a_terminal(folder: Path) -> None:
    results = Results(run_over(folder), Style(colour=False, width=60, folded=True))
    told = render(results).splitlines()
    heads = [number for number, line in enumerate(told) if line.startswith(("error[", "warning["))]
    assert max(len(told[number]) for number in heads) <= 60
    assert any(told[number + 1].startswith("  ") and "-->" not in told[number + 1] for number in heads)
    whole = render(Results(results.outcome, Style(width=60))).split()
    assert [word for word in whole if word != "|"] == [word for word in " ".join(told).split() if word != "|"]
    assert max(len(line) for line in told if "-->" not in line and ":::" not in line) <= 60


def run_over(folder: Path) -> Outcome:
    inputs = read_texts(Wanted((str(folder),)), Config(), Plugins())
    return run(inputs, Config(), Plugins(), jobs=1)
