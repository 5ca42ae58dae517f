"""What stands for a value that is filled in later, and what is a value."""

from __future__ import annotations

import pytest

from kubelens.kube.placeholder import stands_for_a_value


@pytest.mark.parametrize("text", ["...", "...the key goes here...", "<your key>", "__KEY__", "CHANGE_ME", "${KEY}"])
def test_marked_gaps(text: str) -> None:
    assert stands_for_a_value(text)


@pytest.mark.parametrize("text", ["..", "a...", "...a", "https://a.example/...", "key", "a < b"])
def test_values(text: str) -> None:
    assert not stands_for_a_value(text)
