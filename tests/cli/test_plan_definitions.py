"""``kubelens plan``: definitions in a chart's ``crds/``, which Helm makes once and never deletes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_plan import git
from tests.cli.test_plan_sides_alike import plan, repository, written

__all__ = ["repository"]

TILL = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: tills.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {kind: Till, plural: tills, singular: till, listKind: TillList}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
"""
CHART = {
    "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "shop/values.yaml": "a: 1\n",
    "shop/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
}
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  project: default
  source: {repoURL: "https://git.example.com/shop/deploy", path: shop, targetRevision: HEAD}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
  syncPolicy: {automated: {prune: true}}
"""


@pytest.mark.parametrize(
    ("where", "more", "told"),
    [
        ("shop/crds/till.yaml", {}, "nothing deletes it: Helm deletes nothing of a chart's crds/"),
        ("shop/templates/till.yaml", {}, "every Till of the cluster is deleted"),
        ("shop/crds/till.yaml", {"app.yaml": APPLICATION}, "every Till of the cluster is deleted"),
    ],
)
def test_what_helm_leaves_when_it_goes_is_told_from_what_is_deleted(
    repository: Path, where: str, more: dict[str, str], told: str
) -> None:
    git(repository, "remote", "add", "origin", "https://git.example.com/shop/deploy")
    written(repository, {**CHART, where: TILL, **more})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    (repository / where).unlink()
    shown = " ".join(plan().split())
    assert told in shown
    assert ("deleted-with-it" in shown) is ("every Till" in told)


def test_a_release_that_goes_leaves_its_definitions(repository: Path) -> None:
    written(repository, {**CHART, "shop/crds/till.yaml": TILL})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    for name in (*CHART, "shop/crds/till.yaml"):
        (repository / name).unlink()
    assert "Till of the cluster" not in plan()
