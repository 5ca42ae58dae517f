"""A ServiceAccount that is not among the files is taken to exist, and that is said."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed
from kubelens.testing import bundle_from_text

POD = """
apiVersion: v1
kind: Pod
metadata: {name: lone, namespace: shop}
spec: {%s containers: [{name: c, image: "x:1"}]}
"""
ACCOUNT = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: reader, namespace: %s}\n"


@pytest.mark.parametrize(
    ("named", "beside", "told"),
    [
        ("serviceAccountName: reader,", "", True),
        ("serviceAccount: reader,", "", True),
        ("serviceAccountName: reader,", ACCOUNT % "other", True),
        ("serviceAccountName: reader,", ACCOUNT % "shop", False),
        ("serviceAccountName: default,", "", False),
        ("", "", False),
    ],
)
def test_accounts_elsewhere_are_said(named: str, beside: str, told: bool) -> None:
    said = Oracle(bundle_from_text(POD % named + beside))(Placed()).answer.assumptions
    assert any(text.startswith("ServiceAccount 'shop/reader' exists in the cluster") for text in said) is told
    assert not any("ServiceAccount 'shop/default'" in text for text in said)
