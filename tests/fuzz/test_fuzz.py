"""A short run of what ``python -m tests.fuzz`` does for as long as it is told."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.charts import judged
from tests.fuzz.editor import ENCODINGS, faults
from tests.fuzz.everything import failures_of
from tests.fuzz.hostile_charts import KINDS, SECRET, archives, far_files, random_bytes
from tests.fuzz.mutations import CORPUS, Change, mutated, mutated_bundle
from tests.fuzz.wrong_types import cases


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.yaml")), ids=lambda file: file.stem)
def test_what_failed_once_is_read_and_judged(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert failures_of([Change(text, text), Change("", text)]) == []


@pytest.mark.parametrize("part", range(4))
def test_values_of_wrong_types_bring_nothing_down(part: int) -> None:
    changes = [Change("", text) for _, _, text in islice(cases(), part * 37, 40_000, 1201)]
    assert len(changes) > 30
    assert failures_of(changes) == []


@pytest.mark.parametrize("seed", range(4))
def test_texts_made_wrong_bring_nothing_down(seed: int) -> None:
    random = Random(seed)
    assert failures_of([mutated(random) for _ in range(25)]) == []


def test_hostile_charts_are_judged_and_read_nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTILE", SECRET)
    kinds = (far_files, archives, random_bytes)
    seen = [seen for _, seen in judged(2, map(KINDS.index, kinds))]
    assert [one.kind for one in seen] == [kind.__name__ for kind in kinds]
    assert [(one.kind, one.error, one.outside) for one in seen if one.error or one.outside or one.leaked] == []


@pytest.mark.parametrize("seed", range(6))
def test_bundles_made_wrong_bring_nothing_down(seed: int) -> None:
    assert failures_of([mutated_bundle(Random(seed))]) == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_edits_leave_the_editors_text_and_a_fresh_checks_diagnostics(encoding: str) -> None:
    assert list(faults(1, 200, encoding)) == []
