"""Questions of plugins: ``kubelens predict NAME``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Kubelens

PLUGIN = """
from msgspec import Struct
from kubelens import Prediction, Reason, hookimpl
from kubelens.predict.api import NamedQuery

class CountOf(Struct, frozen=True):
    kind: str

    def answer(self, ask):
        found = ask.bundle.all(self.kind)
        return Prediction(len(found), tuple(Reason(r.name, r.place) for r in found))

@hookimpl
def kubelens_queries():
    return [NamedQuery("count", "How many objects of KIND there are.", lambda words: CountOf(*words)), NamedQuery("route", "", 3), 7]
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    info = tmp_path / "site" / "kubelens_counts-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kubelens-counts\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[kubelens]\ncounts = kubelens_counts\n")
    (tmp_path / "site" / "kubelens_counts.py").write_text(PLUGIN)
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: w}\n")
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(ROOT), str(ROOT / "lsp")])}


def test_a_plugin_s_question_is_asked_by_its_name(env: dict[str, str], kubelens: Kubelens) -> None:
    done = kubelens("predict", "count", "ConfigMap", "-f", "a.yaml", env=env)
    assert (done.returncode, done.stdout) == (0, "1\n  w\n")
    assert "'counts' (from kubelens-counts) offers 7, which is no NamedQuery" in done.stderr
    told = json.loads(kubelens("predict", "count", "Pod", "--format", "json", env=env).stdout)
    assert (told["question"], told["answer"], told["reasons"]) == ("count", 0, [])


def test_it_is_listed_and_built_in_names_go_before(env: dict[str, str], kubelens: Kubelens) -> None:
    assert "How many objects of KIND" in kubelens("predict", "--help", env=env).stdout
    assert kubelens("predict", "route", "--help", env=env).returncode == 0


def test_one_that_fails_is_named(env: dict[str, str], kubelens: Kubelens) -> None:
    done = kubelens("predict", "count", env=env)
    assert done.returncode == 2
    assert "question 'count' of a plugin fails: TypeError" in done.stderr
