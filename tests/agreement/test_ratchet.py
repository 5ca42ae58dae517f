"""Agreement with the recordings never falls below what was reached: see ``ratchet.json``."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.agreement.suite import SuiteResult, module_name, rate

FLOORS: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "ratchet.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def results() -> dict[str, SuiteResult]:
    return {}


def result_of(suite: str, results: dict[str, SuiteResult]) -> SuiteResult:
    if suite not in results:
        module: Any = import_module(f"tests.agreement.{module_name(suite)}")
        if not module.DEFAULT.exists():
            pytest.skip(f"the recordings of {suite} are not part of the project: {module.DEFAULT} is not there")
        results[suite] = module.run(module.DEFAULT)
    return results[suite]


@pytest.mark.parametrize(("suite", "figure"), [(s, f) for s, figures in FLOORS.items() for f in figures])
def test_agreement_does_not_fall(suite: str, figure: str, results: dict[str, SuiteResult]) -> None:
    result = result_of(suite, results)
    right, total = result.figures[figure]
    assert total, figure
    assert rate(right, total) >= FLOORS[suite][figure], [
        d for d in result.disagreements if figure in (d.what, result.headline)
    ][:3]


def test_disagreements_are_listed(results: dict[str, SuiteResult]) -> None:
    result = result_of("scheduler", results)
    assert len(result.disagreements) >= result.records - result.agree
