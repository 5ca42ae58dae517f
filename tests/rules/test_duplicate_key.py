"""A key that is there twice: an error where a value is lost."""

from __future__ import annotations

import pytest

from kubelens.rules.api import Severity
from kubelens.rules.yaml.duplicate_key import check
from kubelens.testing import findings_of


@pytest.mark.parametrize(
    ("first", "second", "severity"),
    [
        ("info", "debug", Severity.ERROR),
        ("info", "info", Severity.WARNING),
        ("'8080'", '"8080"', Severity.WARNING),
        ("'8080'", "8080", Severity.ERROR),
        ("[a]", "[a]", Severity.ERROR),
    ],
)
def test_the_same_value_twice_is_no_loss(first: str, second: str, severity: Severity) -> None:
    text = (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata:\n  level: {first}\n  level: {second}\n"
    )
    (found,) = findings_of(check, text)
    assert found.severity is severity
    assert ("the same value" in found.message) == (severity is Severity.WARNING)
