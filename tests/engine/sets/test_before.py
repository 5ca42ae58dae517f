"""Sets are compared with what they were: by name, from a folder or a revision."""

from __future__ import annotations

import subprocess

import pytest

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY
from tests.engine.sets.test_argo_cd import APPLICATION

CHANGED = "selector: {matchLabels: {app: new}}\n  template:\n    metadata: {labels: {app: new}}"
WAS = "selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}"


def commit(repository: Repository) -> None:
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=repository.folder, check=True)


@pytest.mark.parametrize(("made", "file"), [(CHART, "charts/web/templates/web.yaml"), (OVERLAY, "apps/web/web.yaml")])
def test_a_revision(repository: Repository, made: str, file: str) -> None:
    repository.write(made)
    commit(repository)
    assert repository.findings("--against", "HEAD") == []
    repository.write(made.replace(WAS, CHANGED))
    found = repository.findings("--against", "HEAD")
    assert any(one.startswith((f"{file}:7: ", f"{file}:8: ")) for one in found), found


def test_values_of_an_application(repository: Repository) -> None:
    repository.write(CHART.replace("app: web", "app: {{ .Values.app }}"))
    sources = "  source:\n    repoURL: https://x/y\n    path: charts/web\n    helm: {valuesObject: {app: web}}"
    repository.write(APPLICATION.format(sources=sources))
    commit(repository)
    repository.write(APPLICATION.format(sources=sources.replace("app: web", "app: new")))
    found = repository.findings("--against", "HEAD")
    assert any(one.startswith("charts/web/templates/web.yaml:8: ") for one in found), found


def test_a_folder(repository: Repository) -> None:
    for folder, text in (("old", OVERLAY), ("new", OVERLAY.replace(WAS, CHANGED))):
        repository.write(text.replace("# file: ", f"# file: {folder}/"))
    assert repository.findings("new") == []
    assert any(one.startswith("new/apps/web/web.yaml:") for one in repository.findings("new", "--against", "old"))


@pytest.mark.parametrize("now", ["new", "./new/", "../{here}/new", "{folder}/new"])
@pytest.mark.parametrize("then", ["old", "old/", "../{here}/old", "{folder}/old"])
def test_a_folder_however_it_is_spelled(repository: Repository, now: str, then: str) -> None:
    for folder, text in (("old", OVERLAY), ("new", OVERLAY.replace(WAS, CHANGED))):
        repository.write(text.replace("# file: ", f"# file: {folder}/"))
    spelled = {"here": repository.folder.name, "folder": repository.folder.as_posix()}
    found = repository.findings(now.format(**spelled), "--against", then.format(**spelled))
    assert any("apps/web/web.yaml:" in one for one in found), found


@pytest.mark.parametrize("now", [".", "{folder}", "../{here}"])
def test_a_revision_however_the_repository_is_spelled(repository: Repository, now: str) -> None:
    repository.write(OVERLAY)
    commit(repository)
    repository.write(OVERLAY.replace(WAS, CHANGED))
    spelled = {"here": repository.folder.name, "folder": repository.folder.as_posix()}
    found = repository.findings(now.format(**spelled), "--against", "HEAD")
    assert any("apps/web/web.yaml:" in one for one in found), found


def test_a_set_that_is_new_is_compared_with_nothing(repository: Repository) -> None:
    repository.write("# file: one.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    commit(repository)
    repository.write(OVERLAY)
    assert repository.findings("--against", "HEAD") == []
