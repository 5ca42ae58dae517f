"""A short run of what ``python -m tests.fuzz`` does for as long as it is told."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.everything import failures_of
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


@pytest.mark.parametrize("seed", range(6))
def test_bundles_made_wrong_bring_nothing_down(seed: int) -> None:
    assert failures_of([mutated_bundle(Random(seed))]) == []
