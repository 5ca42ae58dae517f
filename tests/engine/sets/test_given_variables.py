"""Variables of Flux that no file gives are given from elsewhere where several use them, and forgotten where others have them."""

from __future__ import annotations

import pytest

from tests.engine.sets.conftest import Repository

RULE = "[variable-without-value]"
APPLIED = """\
# file: flux/{name}.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec:
  interval: 10m
  prune: true
  path: ./apps/{name}
  sourceRef: {{kind: GitRepository, name: flux-system}}
  postBuild: {{substitute: {{{given}}}}}
# file: apps/{name}/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: shop}}
data: {{{data}}}
"""


def applied(name: str, *used: str, given: str = "KIND: shop") -> str:
    data = ", ".join(f'k{at}: "${{{one}}}"' for at, one in enumerate(used))
    return APPLIED.format(name=name, given=given, data=data)


def test_a_name_that_several_use_and_nobody_gives_is_counted(repository: Repository) -> None:
    repository.write(applied("till", "REALM", "KIND") + applied("cart", "REALM"))
    output = repository.check("-o", "concise").output
    assert RULE not in output
    assert "2 findings in references to what no file makes are not told" in " ".join(output.split())


@pytest.mark.parametrize("used", ["REALM", "REALMS"])
def test_a_name_that_another_is_given_was_forgotten(repository: Repository, used: str) -> None:
    """Given to a sibling, or one letter away from what is."""
    repository.write(applied("till", used) + applied("cart", used) + applied("mill", "REALM", given="REALM: a"))
    assert repository.check("-o", "concise").output.count(RULE) == 2


def test_many_names_that_nobody_gives_are_counted(repository: Repository) -> None:
    names = ("CITY", "REALM", "OWNER", "PLANET", "HARBOUR")
    repository.write(applied("till", *names))
    assert RULE not in repository.check("-o", "concise").output


def test_few_names_of_one_that_nobody_gives_are_told(repository: Repository) -> None:
    repository.write(applied("till", "CITY", "REALM") + applied("cart", "KIND"))
    assert repository.check("-o", "concise").output.count(RULE) == 2
