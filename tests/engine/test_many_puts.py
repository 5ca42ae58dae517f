"""What files say of each other is found out once for many changes, and nothing is missed for that."""

from __future__ import annotations

import pytest

from kubelens.engine import workspace as module
from kubelens.engine.loader import Loaded
from kubelens.engine.workspace import Workspace
from kubelens.syntax.text import Source

DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ovens.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {kind: Oven, plural: ovens}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""


def loaded(name: str, text: str) -> Loaded:
    return Loaded(name, Source(name, text))


def test_many_changes_cost_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    real = module.beside_kustomizations

    def counted(files: object) -> object:
        nonlocal looks
        looks += 1
        return real(files)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "beside_kustomizations", counted)
    space = Workspace()
    for number in range(50):
        space.put(loaded(f"{number}.yaml", f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}}}\n"))
    assert len(space.snapshot().bundle) == 50
    assert looks == 1


def test_a_definition_that_comes_later_counts_for_what_was_put_before() -> None:
    space = Workspace()
    space.put(loaded("oven.yaml", "apiVersion: example.com/v1\nkind: Oven\nmetadata: {name: o, namespace: kitchen}\n"))
    space.put(loaded("definition.yaml", DEFINITION))
    (oven,) = space.snapshot().bundle.all("Oven")
    assert oven.namespace == ""
    space.drop("definition.yaml")
    (oven,) = space.snapshot().bundle.all("Oven")
    assert oven.namespace == "kitchen"
