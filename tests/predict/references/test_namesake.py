"""What a reference means but cannot reach: its name in another namespace, or as a sibling kind."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.namesake import NamesakeOf
from kubelens.testing import bundle_from_text

_POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  imagePullSecrets: [{name: registry}]
  containers: [{name: web, image: nginx:1.27}]
"""
_SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: registry, namespace: tools%s}
"""


def meant(*texts: str) -> list[str]:
    bundle = bundle_from_text(*texts)
    ask = Oracle(bundle)
    found = [ask(NamesakeOf(r)).answer for r in ask(ReferencesOf(next(iter(bundle)))).answer]
    return [str(one.key) for one in found if one is not None]


def test_the_one_other_namespace_that_has_it() -> None:
    assert meant(_POD, _SECRET % "") == ["Secret 'tools/registry'"]


@pytest.mark.parametrize(
    "texts",
    [
        (_POD, _SECRET % "", _SECRET.replace("tools", "infra") % ""),
        (_POD, _SECRET % ", annotations: {replicator.v1.mittwald.de/replicate-to: shop}"),
        (_POD.replace(", namespace: shop", ""), _SECRET % ""),
        (_POD, _SECRET.replace(", namespace: tools", "") % ""),
    ],
    ids=["two namespaces", "copied", "the Pod names no namespace", "the Secret names no namespace"],
)
def test_nothing_where_it_may_be_there_all_the_same(texts: tuple[str, ...]) -> None:
    assert meant(*texts) == []


def test_an_issuer_for_the_cluster_in_place_of_one_of_the_namespace() -> None:
    certificate = """\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: shop}
spec: {secretName: web, issuerRef: {name: letsencrypt}}
"""
    issuer = "apiVersion: cert-manager.io/v1\nkind: %s\nmetadata: {name: letsencrypt%s}\n"
    assert meant(certificate, issuer % ("ClusterIssuer", "")) == ["ClusterIssuer 'letsencrypt'"]
    wanted = certificate.replace("letsencrypt}", "letsencrypt, kind: ClusterIssuer}")
    assert meant(wanted, issuer % ("Issuer", ", namespace: shop")) == ["Issuer 'shop/letsencrypt'"]
    assert meant(wanted, issuer % ("Issuer", ", namespace: other")) == []
