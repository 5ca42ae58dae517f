"""``kubelens plan``: sets of one name are told apart by what they are made of, and are the same ones on both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubelens.engine.sets.named_apart import named_apart
from kubelens.engine.sets.planned import FilesPart, OverlayPart, PlannedSet
from tests.cli.test_plan import git
from tests.cli.test_plan_sides_alike import LEVEL, plan, repository, written

__all__ = ["repository"]

FLEET = "argocd/fleet.yaml"
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: fleet, namespace: argocd}
spec:
  project: default
  source: {repoURL: https://github.com/example/fleet.git, path: env/blue, targetRevision: HEAD}
  destination: {namespace: fleet, server: https://kubernetes.default.svc}
"""


def overlay(folder: str) -> PlannedSet:
    return PlannedSet("application/fleet", "Argo CD", (OverlayPart(folder),), said_in=FLEET, folders=(folder,))


def named(*sets: PlannedSet) -> dict[str, PlannedSet]:
    return {one.name: one for one in named_apart(sets)}


def test_sets_of_one_name_and_file_are_called_by_their_folders() -> None:
    blue, green = overlay("env/blue"), overlay("env/green")
    assert set(named(blue, green)) == {
        f"application/fleet@{FLEET}:env/blue",
        f"application/fleet@{FLEET}:env/green",
    }
    assert set(named(blue)) == {"application/fleet"}


def test_numbers_do_not_hang_on_the_order() -> None:
    sets = [PlannedSet("files", "", (FilesPart((name,)),), said_in=FLEET) for name in "abc"]
    assert named(*sets) == named(*reversed(sets))
    assert list(named(*sets)) == [f"files@{FLEET}", f"files@{FLEET}#2", f"files@{FLEET}#3"]


@pytest.mark.parametrize("first", ["blue", "green"])
def test_an_application_that_is_patched_for_each_environment_is_the_same_on_both_sides(
    repository: Path, first: str
) -> None:
    git(repository, "remote", "add", "origin", "https://github.com/example/fleet.git")
    other = {"blue": "green", "green": "blue"}[first]
    files = {"argocd/base/fleet.yaml": APPLICATION, "argocd/base/kustomization.yaml": "resources: [fleet.yaml]\n"}
    for one, place in ((first, "1"), (other, "2")):
        patch = f'patches:\n- patch: \'[{{"op": "replace", "path": "/spec/source/path", "value": "env/{one}"}}]\'\n  target: {{kind: Application}}\n'
        files[f"argocd/{place}-{one}/kustomization.yaml"] = f"resources: [../base]\n{patch}"
        files[f"env/{one}/kustomization.yaml"] = "resources: [a.yaml]\n"
        files[f"env/{one}/a.yaml"] = LEVEL % (one, "info")
    written(repository, files)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    written(repository, {"env/green/a.yaml": LEVEL % ("green", "debug")})
    told = plan()
    assert told.startswith("1 apply set changes")
    assert "\napplication/fleet@argocd/base/fleet.yaml:env/green    1 to change\n" in told
