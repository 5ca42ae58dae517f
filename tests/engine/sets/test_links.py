"""Links in a repository: kustomize follows them before it asks where a file stands."""

from __future__ import annotations

import sys

import pytest

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import OVERLAY

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


def test_a_link_out_of_the_folder_is_refused(repository: Repository) -> None:
    repository.write(OVERLAY)
    repository.write("# file: apps/other/kustomization.yaml\nresources: [web.yaml]\n")
    (repository.folder / "apps/other/web.yaml").symlink_to("../web/web.yaml")
    (found,) = repository.findings()
    assert found.startswith("apps/other/kustomization.yaml:1: kustomization:")
    assert "is not in or below" in found


def test_a_linked_folder_is_the_one_that_it_leads_to(repository: Repository) -> None:
    repository.write(OVERLAY)
    (repository.folder / "apps/again").symlink_to("web")
    repository.write("# file: prod/kustomization.yaml\nresources: [../apps/again]\n")
    assert repository.sets()["prod"]["objects"] == 1
    assert repository.findings() == []


def test_a_link_to_nothing_below_a_folder_is_told_and_changes_no_exit_code(repository: Repository) -> None:
    repository.write("# file: one.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    (repository.folder / "gone.yaml").symlink_to("nowhere.yaml")
    done = repository.check()
    assert (done.exit_code, done.stderr) == (0, "kubelens: gone.yaml is a link to what is not there, and is left out\n")
    repository.write("# file: two.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\ndata: {a: 1}\n")
    assert repository.check().exit_code == 1
    assert repository.check("gone.yaml").exit_code == 3
    repository.write("# file: .gitignore\ngone.yaml\n")
    assert "gone.yaml" not in repository.check().output
