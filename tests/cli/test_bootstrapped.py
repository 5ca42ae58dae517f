"""Repositories that go by another address than the one that ``flux bootstrap`` wrote into them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_plan import git
from tests.cli.test_plan_sides_alike import LEVEL, plan, repository, written

__all__ = ["repository"]

SYNC = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: {name}, namespace: flux-system}}
spec: {{interval: 1m0s, ref: {{branch: main}}, url: "https://git.example.com/shop/{url}"}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec: {{interval: 10m0s, path: {path}, prune: true, sourceRef: {{kind: GitRepository, name: {name}}}}}
"""


@pytest.mark.parametrize(
    ("name", "path", "file", "here"),
    [
        ("flux-system", "./clusters/prod", "clusters/prod/flux-system/gotk-sync.yaml", True),
        ("flux-system", "./", "flux-system/gotk-sync.yaml", True),
        ("flux-system", "./clusters/test", "clusters/prod/flux-system/gotk-sync.yaml", False),
        ("charts", "./clusters/prod", "clusters/prod/charts/charts.yaml", False),
    ],
)
def test_a_source_that_was_committed_to_where_it_is_applied_from_is_this_repository(
    repository: Path, name: str, path: str, file: str, *, here: bool
) -> None:
    git(repository, "remote", "add", "origin", "https://git.example.com/shop/renamed")
    inside = file.rpartition("/")[0].rpartition("/")[0]
    level = f"{inside}/level.yaml" if inside else "level.yaml"
    written(
        repository,
        {
            file: SYNC.format(name=name, url="deploy", path=path),
            level: LEVEL % ("level", "info"),
            "clusters/test/level.yaml": LEVEL % ("other", "info"),
        },
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(repository, {level: LEVEL % ("level", "debug")})
    assert (f"kustomization/{name}" in plan()) is here
