"""What a stranger chooses the size of is bounded, and each bound is told where it is met."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.engine import loader
from kubelens.engine.analysis import analyse
from kubelens.engine.config import Config
from kubelens.engine.most_findings import bounded
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import choose_rules
from kubelens.kube.bundle import NEWEST
from kubelens.predict.apiserver.pod.port_warnings import port_warnings
from kubelens.rules.api import Facts, Finding, Severity
from kubelens.syntax import events
from kubelens.syntax.parse import parse_source
from kubelens.syntax.place import Place
from kubelens.syntax.text import Source
from tests.fuzz.everything import snapshot_of


def finding(rule: str, uri: str, number: int) -> Finding:
    return Finding(rule, Severity.INFO, f"m{number}", Place(uri, 0).at(number))


def test_findings_of_one_rule_in_one_file_are_bounded_and_the_last_one_tells() -> None:
    many = [finding("a", "x", n) for n in range(7)]
    others = [finding("b", "x", 1), finding("a", "y", 1)]
    told = bounded([*many, *others], 5)
    assert [f.message for f in told if f.rule == "a" and f.at.uri == "x"] == [
        *("m0", "m1", "m2", "m3"),
        "m4 (2 more findings of this rule in the file are left out)",
    ]
    assert told[-2:] == others
    assert bounded(many, 7) == many


def test_a_name_without_end_makes_no_message_without_end() -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {'x_' * 100_000}\n"
    rules = choose_rules(Config(), Plugins(third_party=False).rules())
    found = analyse(snapshot_of([text]), rules, Facts(NEWEST)).findings
    assert found
    assert all(len(one.message) < 5000 for one in found)
    assert any("characters left out" in one.message for one in found)


@pytest.mark.parametrize("form", ["full", "concise", "grouped", "json", "jsonl", "gitlab", "github", "junit", "html"])
def test_a_name_without_end_makes_no_report_without_end(form: str, tmp_path: Path) -> None:
    name = "x_" * 300_000
    text = f"apiVersion: v1\nkind: {name}\nmetadata: {{name: {name}, namespace: {name}}}\n---\n"
    text += f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{ports: [{{port: 0, name: {name}}}]}}\n"
    (tmp_path / "a.yaml").write_text(text)
    done = CliRunner().invoke(cli, ["check", "--isolated", "-o", form, str(tmp_path / "a.yaml")])
    assert done.exit_code == 1
    assert "characters left out" in done.output
    assert len(done.output) < 200_000


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("question", [["endpoints"], ["apply"], ["schedule"]])
def test_a_name_without_end_makes_no_answer_without_end(question: list[str], form: str, tmp_path: Path) -> None:
    name = "x_" * 300_000
    text = f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{ports: [{{port: 80}}]}}\n---\n"
    text += f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: a, image: b}}]}}\n"
    (tmp_path / "a.yaml").write_text(text)
    done = CliRunner().invoke(cli, ["predict", *question, "--isolated", "--format", form, str(tmp_path / "a.yaml")])
    assert done.exit_code in (0, 1)
    assert "characters left out" in done.output
    assert max(map(len, done.output.split("\n"))) < 250_000


@pytest.mark.parametrize("text", ["[1, 2, 3, 4, 5, 6, 7, 8]", "- 1\n" * 8, '{"a": [1, 2, 3, 4, 5, 6, 7, 8]}'])
def test_a_document_of_too_many_values_is_not_read(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_NODES", 6)
    monkeypatch.setattr("kubelens.syntax.parse.MOST_NODES", 6)
    documents, problems = parse_source(Source("a.yaml", text))
    assert [d.root for d in documents] == [None]
    assert "more than 6 values in one document are not read" in problems[0].message


def test_clashes_of_ports_are_listed_up_to_a_bound() -> None:
    ports = [{"containerPort": 80, "protocol": "TCP"} for _ in range(300)]
    found = list(port_warnings({"containers": [{"name": "a", "ports": ports}]}, ()))
    assert len(found) == 1001
    assert found[-1][1] == "and those after it clash with others too; 1000 clashes are listed"
    few = list(port_warnings({"containers": [{"name": "a", "ports": ports[:3]}]}, ()))
    assert [said for _, said in few] == [f"is the same port as containers[0].ports[{n}]" for n in (0, 0, 1)]


def test_the_files_of_a_run_are_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "MOST_VALUES", 7)
    for name, lines in (("a", 4), ("b", 5), ("c", 3)):
        (tmp_path / f"{name}.yaml").write_text("- 1\n" * lines)
    found = {loaded.uri: loaded.reason for loaded in loader.load_paths([str(tmp_path)], root=tmp_path)}
    assert found == {"a.yaml": "", "b.yaml": "is left out: the files of one run hold more than 7 values", "c.yaml": ""}
