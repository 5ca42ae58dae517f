"""What an AppProject permits, as Argo CD compares addresses, clusters and namespaces."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.controllers.argo_project import ForbiddenIn
from kubelens.testing import bundle_from_text

HERE = "server: https://kubernetes.default.svc"


def forbidden(sources: str, destinations: str, address: str, destination: str) -> list[str]:
    bundle = bundle_from_text(
        f"""\
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {{name: shop, namespace: argocd}}
spec:
  sourceRepos: {sources}
  destinations: {destinations}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: cart, namespace: argocd}}
spec:
  project: shop
  source: {{repoURL: "{address}", path: deploy}}
  destination: {destination}
"""
    )
    (application,) = bundle.all("Application")
    return [one.list for one in Oracle(bundle)(ForbiddenIn(application)).answer]


ANYWHERE = "[{name: '*', server: '*', namespace: '*'}]"


@pytest.mark.parametrize(
    ("sources", "address", "permitted"),
    [
        ("['*']", "https://git.example/shop/cart", True),
        ("[]", "https://git.example/shop/cart", False),
        ("['https://git.example/shop/*']", "https://git.example/shop/cart.git", True),
        ("['https://git.example/*']", "https://git.example/shop/cart", False),
        ("['https://git.example/**']", "https://git.example/shop/cart", True),
        ("['https://GIT.example/shop/cart.git']", "https://git.example/shop/Cart", True),
        ("['git@git.example:shop/*']", "ssh://git@git.example/shop/cart", True),
        ("['*', '!https://git.example/shop/*']", "https://git.example/shop/cart", False),
        ("['*', '!https://git.example/shop/*']", "https://git.example/pay/cart", True),
        ("['https://{{host}}/*']", "https://git.example/shop/cart", True),
        ("['https://git.example/pay']", "https://git.example/{{name}}", True),
    ],
)
def test_sources(sources: str, address: str, permitted: bool) -> None:
    found = forbidden(sources, ANYWHERE, address, f"{{{HERE}, namespace: shop}}")
    assert found == ([] if permitted else ["sourceRepos"])


@pytest.mark.parametrize(
    ("destinations", "destination", "permitted"),
    [
        (f"[{{{HERE}, namespace: shop}}]", f"{{{HERE}, namespace: shop}}", True),
        (f"[{{{HERE}, namespace: shop}}]", f"{{{HERE}, namespace: pay}}", False),
        (f"[{{{HERE}, namespace: 'shop-*'}}]", f"{{{HERE}, namespace: shop-a/b}}", True),
        ("[{name: in-cluster, namespace: shop}]", f"{{{HERE}, namespace: shop}}", True),
        (f"[{{{HERE}, namespace: shop}}]", "{name: in-cluster, namespace: shop}", True),
        (f"[{{{HERE}, namespace: shop}}]", "{name: prod, namespace: shop}", True),
        (f"[{{{HERE}, namespace: shop}}]", "{name: prod, namespace: pay}", False),
        ("[{name: staging, namespace: shop}]", "{name: prod, namespace: shop}", False),
        ("[{name: '!prod', namespace: shop}]", "{name: prod, namespace: shop}", True),
        ("[]", f"{{{HERE}, namespace: shop}}", False),
        ("[]", f"{{{HERE}, name: in-cluster, namespace: shop}}", True),
    ],
)
def test_destinations(destinations: str, destination: str, permitted: bool) -> None:
    found = forbidden("['*']", destinations, "https://git.example/shop", destination)
    assert found == ([] if permitted else ["destinations"])
