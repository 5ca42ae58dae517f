"""Sets that are shared among processes are judged as they are by one."""

from __future__ import annotations

import pytest

from kubelens.engine.sets import analysis
from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY


def test_processes_find_what_one_finds(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write(OVERLAY.replace("replicas: 2", "replicas: two"))
    repository.write(CHART.replace("replicas: 2", "replicas: many"))
    for name in ("one", "two", "three", "four", "five"):
        text = f"resources: [../apps/web]\nnamePrefix: {name}-\n"
        repository.write(f"# file: {name}/kustomization.yaml\n{text}# kubelens: ignore[wrong-type] not used\n")
    alone = repository.check("-o", "json", "--jobs", "1").stdout
    monkeypatch.setattr(analysis, "PARALLEL_FROM", 0)
    assert repository.check("-o", "json", "--jobs", "3").stdout == alone
    assert alone.count('"rule"') >= 2
