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


@pytest.fixture
def shop(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository in a folder, with a manifest and a kustomization beside it."""
    repository.write("# file: web.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n")
    repository.write("# file: base/kustomization.yaml\nresources: []\n# file: shop/.git/HEAD\n")
    monkeypatch.chdir(repository.folder / "shop")
    return Repository(repository.folder / "shop")


def test_a_link_to_a_file_out_of_the_repository_is_refused_as_kustomize_does(shop: Repository) -> None:
    shop.write("# file: apps/kustomization.yaml\nresources: [web.yaml, gone.yaml]\n")
    (shop.folder / "apps/web.yaml").symlink_to("../../web.yaml")
    (shop.folder / "apps/gone.yaml").symlink_to("../../gone.yaml")
    refused, gone = shop.findings()
    assert "'apps' cannot be built: security; file 'apps/web.yaml' is not in or below 'apps'" in refused
    assert "'apps' takes in 'gone.yaml', which is not there" in gone


def test_a_link_to_a_folder_out_of_the_repository_is_not_followed(shop: Repository) -> None:
    shop.write("# file: apps/kustomization.yaml\nresources: [base]\n")
    (shop.folder / "apps/base").symlink_to("../../base")
    done = shop.check("--allow-empty")
    assert done.exit_code == 0
    assert "1 set not whole (sources from elsewhere)" in done.stdout


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
@pytest.mark.parametrize("named", ["", "/Chart.yaml"], ids=["folder", "file"])
def test_what_is_named_through_a_link_is_told_by_that_name(shop: Repository, named: str, *, absolute: bool) -> None:
    Repository(shop.folder.parent).write(
        "# file: elsewhere/web/Chart.yaml\napiVersion: v2\nname: web\nversion: first\n"
    )
    (shop.folder / "apps").symlink_to("../elsewhere")
    path = f"apps/web{named}"
    done = shop.check(str(shop.folder / path) if absolute else path, "-o", "concise")
    assert done.exit_code == 1
    assert "apps/web/Chart.yaml:3:1: error[chart-file-invalid]" in done.stdout
