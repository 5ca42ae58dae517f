"""Overrides: settings for some files, some objects, some containers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens, kubelens

__all__ = ["kubelens"]
TEXT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: setup, image: tools}]
      containers: [{name: web, image: web}, {name: proxy, image: proxy}]
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: web}]}
"""


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ('paths = ["*.yaml"]', []),
        ('paths = ["other/*"]', [9, 10, 10, 15]),
        ('objects = ["Deployment/web"]', [15]),
        ('objects = ["deployment/w*"]', [15]),
        ('objects = ["shop/Deployment/web"]', [15]),
        ('objects = ["default/*/*"]', [9, 10, 10]),
        ('objects = ["other/Deployment/web"]', [9, 10, 10, 15]),
        ('containers = ["web"]', [9, 10]),
        ('containers = ["setup", "proxy"]', [10, 15]),
        ('objects = ["Pod/*"]\ncontainers = ["web"]', [9, 10, 10]),
        ('objects = ["Pod/*"]\npaths = ["other/*"]', [9, 10, 10, 15]),
    ],
)
def test_ignored_in_some_places(kubelens: Kubelens, tmp_path: Path, where: str, left: list[int]) -> None:
    (tmp_path / "a.yaml").write_text(TEXT)
    (tmp_path / "kubelens.toml").write_text(
        f'select = ["floating-image-tag"]\n[[overrides]]\n{where}\nignore = ["floating-image-tag"]\n'
    )
    done = kubelens("check", "-o", "concise")
    lines = [int(line.split(":")[1]) for line in done.stdout.splitlines() if line.startswith("a.yaml:")]
    assert (lines, done.stderr) == (left, "")


def test_severities_and_more_rules_of_objects(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TEXT)
    (tmp_path / "kubelens.toml").write_text(
        'select = ["floating-image-tag"]\n'
        '[[overrides]]\nobjects = ["Pod/web"]\nseverity = { floating-image-tag = "error" }\nextend-select = ["naked-pod"]\n'
    )
    found = kubelens("check", "-o", "concise").stdout
    assert (found.count("error[floating-image-tag]"), found.count("[naked-pod]")) == (1, 1)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('ignore = ["naked-pod"]', "an override names no paths, objects or containers"),
        ('objects = ["web"]', "'web' is no KIND/NAME or NAMESPACE/KIND/NAME"),
        ('object = ["Pod/web"]', "unknown setting 'object' in overrides; did you mean 'objects'?"),
    ],
)
def test_mistakes_are_named(kubelens: Kubelens, tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "kubelens.toml").write_text(f"[[overrides]]\n{table}\n")
    done = kubelens("check")
    assert (done.returncode, message in done.stderr) == (2, True)
