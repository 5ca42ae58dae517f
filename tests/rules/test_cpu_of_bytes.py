"""CPU that is written as memory is."""

from __future__ import annotations

import pytest

from kubelens.rules.workload.cpu_without_unit import check
from kubelens.testing import findings_of


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ("limits: {cpu: 250M}", "250M is 250,000,000 cores"),
        ("requests: {cpu: 2Gi}", "2Gi is 2,147,483,648 cores"),
        ("limits: {cpu: 2}, requests: {cpu: 250M}", ""),
        ("limits: {cpu: 250m}", ""),
        ("limits: {memory: 250M}", ""),
    ],
    ids=["limit", "request", "refused by the server", "thousandths", "memory"],
)
def test_no_machine_has_a_million_cores(amounts: str, told: str) -> None:
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, image: x, resources: {{{amounts}}}}}]}}\n"
    found = [one.message for one in findings_of(check, pod)]
    assert len(found) == bool(told)
    assert all(told in one for one in found)
