"""A definition that one set brings is the cluster's: objects of other sets, and of none, are judged by it."""

from __future__ import annotations

import pytest

from tests.engine.sets.conftest import Repository

DEFINITION = """\
# file: operator/kustomization.yaml
resources: [crd.yaml]
# file: operator/crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: kites.toys.example.net}
spec:
  group: toys.example.net
  scope: Namespaced
  names: {kind: Kite, plural: kites, singular: kite, listKind: KiteList}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {string: {type: integer}}}
"""
KITE = """\
apiVersion: toys.example.net/v1
kind: Kite
metadata: {name: red}
spec: {string: long}
"""


@pytest.mark.parametrize("listed", [True, False])
def test_it_holds_beside_its_own_set(repository: Repository, listed: bool) -> None:
    repository.write(DEFINITION)
    repository.write(f"# file: kites/red.yaml\n{KITE}")
    if listed:
        repository.write("# file: kites/kustomization.yaml\nresources: [red.yaml]\n")
    told = [one for one in repository.findings() if one.startswith("kites/red.yaml:4: ")]
    assert len(told) == 1 and "must be integer" in told[0], told


def test_it_holds_again_when_it_changes(repository: Repository) -> None:
    """What was kept of an earlier run counts no more where another set says something else of the kind."""
    repository.write(DEFINITION)
    repository.write(f"# file: kites/red.yaml\n{KITE}")
    assert repository.findings()
    repository.write(DEFINITION.replace("type: integer", "type: string"))
    assert repository.findings() == []
