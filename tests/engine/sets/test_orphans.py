"""Manifests that no kustomization lists, while their neighbours are."""

from __future__ import annotations

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import OVERLAY

PATCH = "# file: apps/web/replicas_patch.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: three}\n"
CONFIG = "# file: apps/web/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: 1}\n"


def test_a_patch_that_waits_is_no_object(repository: Repository) -> None:
    repository.write(OVERLAY)
    repository.write(PATCH)
    done = repository.check("--show-files")
    assert done.exit_code == 0, done.output
    assert "1 file that no kustomization lists, see kubelens sets" in done.output
    assert "apps/web/replicas_patch.yaml: left out: a patch that no kustomization lists" in done.output
    assert repository.sets()["."]["orphans"] == ["apps/web/replicas_patch.yaml"]
    listed = OVERLAY.replace("resources: [web.yaml]", "resources: [web.yaml]\npatches: [{path: replicas_patch.yaml}]")
    repository.write(listed)
    assert "." not in repository.sets()


def test_another_manifest_is_judged_and_counted(repository: Repository) -> None:
    repository.write(OVERLAY)
    repository.write(CONFIG)
    (found,) = repository.findings()
    assert found.startswith("apps/web/config.yaml:4: wrong-type")
    assert "1 file that no kustomization lists" in repository.check().output


def test_what_a_kustomization_elsewhere_takes_is_none(repository: Repository) -> None:
    repository.write(OVERLAY)
    repository.write(CONFIG.replace("data: {a: 1}", "data: {a: b}"))
    repository.write("# file: prod/kustomization.yaml\nresources: [../apps/web, ../apps/web/config.yaml]\n")
    found = repository.sets()
    assert found["prod"]["objects"] == 2
    assert [one["orphans"] for one in found.values()] == [[]]


def test_beside_a_file_that_kustomize_refuses_nothing_is_known(repository: Repository) -> None:
    repository.write(OVERLAY.replace("resources:", "resource:"))
    assert repository.sets()["."]["orphans"] == []


def test_a_file_beside_those_that_are_listed_one_by_one_from_above_is_one(repository: Repository) -> None:
    repository.write("# file: base/kustomization.yaml\nresources: [vendor/core.yaml]\n")
    repository.write(CONFIG.replace("apps/web/config.yaml", "base/vendor/core.yaml").replace("{a: 1}", "{a: b}"))
    repository.write(CONFIG.replace("apps/web/config.yaml", "base/vendor/extra.yaml").replace("{a: 1}", "{a: b}"))
    repository.write(CONFIG.replace("apps/web/config.yaml", "base/other/loose.yaml").replace("{a: 1}", "{a: b}"))
    assert repository.sets()["."]["orphans"] == ["base/vendor/extra.yaml"]


def test_a_file_beside_one_that_a_kustomization_elsewhere_takes_is_none(repository: Repository) -> None:
    repository.write("# file: prod/kustomization.yaml\nresources: [../vendor/core.yaml]\n")
    repository.write(CONFIG.replace("apps/web/config.yaml", "vendor/core.yaml").replace("{a: 1}", "{a: b}"))
    repository.write(CONFIG.replace("apps/web/config.yaml", "vendor/extra.yaml").replace("{a: 1}", "{a: b}"))
    assert repository.sets()["."]["orphans"] == []
