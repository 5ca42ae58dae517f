"""What a client-side apply cannot keep in its annotation."""

from __future__ import annotations

import pytest

from kubelens.rules.objects.too_large_to_apply import check
from kubelens.testing import findings_of


@pytest.mark.parametrize(
    ("length", "options", "told"), [(200_000, "", 0), (300_000, "", 1), (300_000, "ServerSideApply=true", 0)]
)
def test_the_size_counts_and_how_it_is_applied(length: int, options: str, told: int) -> None:
    text = f"""\
apiVersion: v1
kind: ConfigMap
metadata:
  name: big
  annotations: {{argocd.argoproj.io/sync-options: "{options}"}}
data:
  value: {"x" * length}
"""
    found = findings_of(check, text)
    assert len(found) == told
    assert all("262,144" in one.message for one in found)


def test_what_the_server_refuses_is_left_to_it() -> None:
    assert not findings_of(
        check, f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big}}\ndata: {{v: {'x' * 1_100_000}}}\n"
    )
