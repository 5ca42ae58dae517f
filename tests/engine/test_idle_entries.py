"""What a kustomization asks for that touches nothing is told where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command

CART = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, labels: {app: cart}}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: "shop/cart:1.4"}]}
"""
REMOVAL = """patch: '[{"op": "remove", "path": "/metadata/labels"}]'"""


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".git").mkdir()


def write(**files: str) -> None:
    for name, text in files.items():
        folder = Path(name.replace("__", "/"))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kustomization.yaml").write_text(text, encoding="utf-8")
        if "cart.yaml" in text:
            (folder / "cart.yaml").write_text(CART, encoding="utf-8")


def check(*paths: str) -> list[str]:
    options = ["--output", "concise", "--isolated", "--select", "kustomization-entry-idle,kustomization"]
    out = CliRunner().invoke(command, [*options, *(paths or (".",))]).output
    return [line for line in out.splitlines() if "kustomization" in line and "[" in line]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("images: [{name: cart, newTag: '1.5'}]", "no object has an image 'cart'"),
        (f"patches: [{{target: {{kind: StatefulSet}}, {REMOVAL}}}]", "no object is what this patch is for, kind 'StatefulSet'"),
        (f"patches: [{{target: {{name: carts}}, {REMOVAL}}}]", "name 'carts'"),
        (
            "replacements: [{source: {kind: Deployment, name: cart}, targets: [{select: {kind: Job}, fieldPaths: [a]}]}]",
            "no object is what this replacement is for, kind 'Job'",
        ),
        (f"patchesJson6902: [{{target: {{version: v1, group: apps, kind: Job, name: cart}}, {REMOVAL}}}]", "kind 'Job'"),
    ],
)  # fmt: skip
def test_an_entry_that_touches_nothing(entry: str, told: str) -> None:
    write(app=f"resources: [cart.yaml]\n{entry}\n")
    (found,) = check()
    assert "app/kustomization.yaml:2:" in found
    assert told in found


@pytest.mark.parametrize(
    "entry",
    [
        "images: [{name: shop/cart, newTag: '1.5'}]",
        f"patches: [{{target: {{kind: Deployment}}, {REMOVAL}}}]",
        f"patches: [{{target: {{name: c.*}}, {REMOVAL}}}]",
        "replacements: [{source: {kind: Deployment, name: cart}, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.labels.app]}]}]",
        "replicas: [{name: cart, count: 3}]",
    ],
)
def test_an_entry_that_touches_something(entry: str) -> None:
    write(app=f"resources: [cart.yaml]\n{entry}\n")
    assert check() == []


def test_what_a_component_asks_for_may_be_in_another_parent() -> None:
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: other, newTag: '2'}]\n"
    write(component=component, app="resources: [cart.yaml]\ncomponents: [../component]\n")
    assert check() == []


def test_nothing_is_missed_where_objects_come_from_elsewhere() -> None:
    write(app="resources: [cart.yaml, 'https://example.com/web?ref=v1']\nimages: [{name: other, newTag: '2'}]\n")
    assert not [line for line in check() if "idle" in line]


def test_a_file_that_is_to_be_filled_in_may_bring_it() -> None:
    write(app="resources: [cart.yaml, generated.yaml]\nimages: [{name: other, newTag: '2'}]\n")
    Path("app/generated.yaml").write_text("# written by the installer\n", encoding="utf-8")
    assert check() == []


def test_a_base_is_told_of_once() -> None:
    write(base="resources: [cart.yaml]\nimages: [{name: other, newTag: '2'}]\n")
    write(prod="resources: [../base]\n", staging="resources: [../base]\n")
    (found,) = check()
    assert "base/kustomization.yaml:2:" in found
