"""Records of peers nobody has met yet are read, whatever they call things; what cannot be read is counted apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agreement import peers

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n  {field}\n  containers:\n    - name: c\n      image: c\n"
BAD = POD.format(name="bad", field="hostPID: true")
GOOD = POD.format(name="good", field="hostPID: false")


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    folder = tmp_path / "manifests" / "polaris" / "test" / "checks" / "hostPIDSet"
    folder.mkdir(parents=True)
    (folder / "failure.yaml").write_text(BAD, encoding="utf-8")
    (folder / "success.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "cases").mkdir()
    return tmp_path / "cases"


def run(cases: Path, *records: dict[str, Any], name: str = "polaris.json") -> peers.SuiteResult:
    (cases / name).write_text(json.dumps(list(records)), encoding="utf-8")
    return peers.run(cases)


CHECKS = "test/checks/hostPIDSet"


@pytest.mark.parametrize(
    "record",
    [
        {"check": "hostPIDSet", "file": f"{CHECKS}/failure.yaml", "verdict": "failure"},
        {"check_id": "hostPIDSet", "files": [f"{CHECKS}/failure.yaml"], "expected_finding": True},
        {"rule": "hostPIDSet", "fixture_dir": CHECKS, "passed": 1, "failed": 1},
        {"id": "hostPIDSet", "fixture": "hostPIDSet", "failed": 1},
        {"file": f"{CHECKS}/failure.yaml", "expected_count": 1, "dont_fire_named_objects": ["good"]},
        {"check": "hostPIDSet", "positives": [f"{CHECKS}/failure.yaml"], "negatives": [f"{CHECKS}/success.yaml"]},
    ],
    ids=["verdict", "bool", "folder", "end of a path", "named by its folder", "lists"],
)
def test_spellings_of_a_record(cases: Path, record: dict[str, Any]) -> None:
    result = run(cases, record)
    assert result.figures["polaris: expected findings"] == (1, 1)
    assert result.agree == result.records
    assert not result.disagreements
    assert not result.apart


def test_a_miss_and_a_false_alarm_are_told_apart(cases: Path) -> None:
    result = run(
        cases,
        {"check": "hostPIDSet", "file": f"{CHECKS}/success.yaml", "verdict": "fail"},
        {"check": "hostPIDSet", "file": f"{CHECKS}/failure.yaml", "verdict": "pass"},
    )
    assert [d.what for d in result.disagreements] == ["miss", "false alarm"]
    assert result.agree == 0


def test_what_cannot_be_compared_is_counted_apart(cases: Path) -> None:
    result = run(
        cases,
        {"check": "somethingElse", "file": "failure.yaml", "verdict": "fail", "tool": "unheard-of"},
        {"check": "hostPIDSet", "file": "gone.yaml", "verdict": "fail"},
        {"check": "hostPIDSet", "file": f"{CHECKS}/failure.yaml"},
        {"check": "hostPIDSet"},
    )
    assert result.records == 0
    assert result.apart == {
        f"unheard-of: {peers.NO_COUNTERPART}: somethingElse": 1,
        "polaris: records whose fixture is not there": 1,
        "polaris: records without a verdict": 1,
        "polaris: records that name no fixture": 1,
    }


def test_suppressions_of_the_peer_count(cases: Path) -> None:
    text = GOOD.replace(
        "name: good\n", "name: good\n  annotations:\n    polaris.fairwinds.com/hostPIDSet-exempt: 'true'\n"
    )
    file = cases.parent / "manifests" / "polaris" / "exempt.yaml"
    file.write_text(text.replace("hostPID: false", "hostPID: true"), encoding="utf-8")
    result = run(cases, {"check": "hostPIDSet", "file": "exempt.yaml", "verdict": "success"})
    assert result.agree == result.records == 1


def test_one_file_and_lines(cases: Path) -> None:
    file = cases / "polaris_expectations.jsonl"
    file.write_text(json.dumps({"check": "hostPIDSet", "file": f"{CHECKS}/failure.yaml", "failed": 1}) + "\n", "utf-8")
    result = peers.run(file)
    assert result.figures["polaris: expected findings"] == (1, 1)
