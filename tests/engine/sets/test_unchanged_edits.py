"""Sets of two versions that differ by edits made at random: those that are taken over are as if built anew."""

from __future__ import annotations

import sys
from random import Random

import pytest

from kubelens.engine.sets.found import Sets
from tests.engine.sets.conftest import Repository
from tests.engine.sets.test_unchanged import FILES, at, by_name, git, here, told

LACKING = """\
# file: far/kustomization.yaml
resources: [near.yaml, "https://github.com/shop/parts//all?ref=v1"]
patches: [{path: patch.yaml}]
# file: far/near.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: near}
data: {level: info}
# file: far/patch.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: near}
data: {more: a}
# file: gone/kustomization.yaml
resources: [there.yaml, missing.yaml]
# file: gone/there.yaml
apiVersion: v1
kind: Service
metadata: {name: there}
spec: {ports: [{port: 80}]}
# file: charts/broken/Chart.yaml
apiVersion: v2
name: broken
version: 1.0.0
# file: charts/broken/values.yaml
a: 1
# file: charts/broken/templates/a.yaml
data: {{ required "say b" .Values.b }}
# file: flux/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: mail, namespace: shop}
spec:
  interval: 5m
  chart: {spec: {chart: mail, version: 1.0.0, sourceRef: {kind: HelmRepository, name: shop}}}
  values: {level: info}
# file: flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 5m
  path: ./apps/web/prod
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substituteFrom: [{kind: Secret, name: none}]}
"""
MORE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more%d}\n"


def all_told(sets: Sets) -> list[tuple[str, object]]:
    return [
        (one.name, (told(one), sorted((t.uri, t.source.text if t.source else "") for t in one.beneath), one.refusals))
        for one in sets.built("1.36")
    ]


def edited(repository: Repository, chance: Random) -> None:
    """Change, break, remove, rename or add a file."""
    files = sorted(one for one in repository.folder.rglob("*") if one.is_file() and ".git" not in one.parts)
    one = chance.choice(files)
    text = one.read_text()
    lines = text.split("\n")
    match chance.choice(("comment", "value", "value", "line", "break", "remove", "rename", "add", "missing")):
        case "comment":
            one.write_text(f"# said\n{text}")
        case "value":
            one.write_text(text.replace("info", "debug").replace("1.0.0", "1.0.1").replace("80", "81"))
        case "line":
            lines.pop(chance.randrange(len(lines)))
            one.write_text("\n".join(lines))
        case "break":
            one.write_text(f"{text}\n{{{{")
        case "remove":
            one.unlink()
        case "rename":
            one.rename(one.with_name(f"other-{one.name}"))
        case "add":
            one.with_name("more.yaml").write_text(MORE % chance.randrange(9))
        case "missing":
            (repository.folder / "gone/missing.yaml").write_text(MORE % 1)


@pytest.mark.skipif(sys.platform == "win32", reason="renames and endings of lines are others there")
@pytest.mark.parametrize("seed", range(24))
def test_sets_after_random_edits_are_those_built_anew(repository: Repository, seed: int) -> None:
    chance = Random(seed)
    repository.write(FILES + LACKING)
    git(repository.folder, "init", "-q")
    git(repository.folder, "add", ".")
    git(repository.folder, "commit", "-qm", "one")
    before = at("HEAD")
    by_name(before)
    for _ in range(chance.choice((1, 1, 2, 3))):
        edited(repository, chance)
    later, anew = here(before), here()
    assert all_told(later) == all_told(anew)
    back, alone = at("HEAD", anew), at("HEAD")
    assert all_told(back) == all_told(alone)


def test_a_set_that_lacks_something_elsewhere_is_taken_over_as_long_as_no_file_comes(repository: Repository) -> None:
    repository.write(FILES + LACKING)
    git(repository.folder, "init", "-q")
    git(repository.folder, "add", ".")
    git(repository.folder, "commit", "-qm", "one")
    before = at("HEAD")
    old = by_name(before)
    assert not old["far"].whole
    (repository.folder / "charts/api/notes.txt").write_text("two\n")
    assert by_name(here(before))["far"] is old["far"]
    (repository.folder / "plain/new.yaml").write_text(MORE % 2)
    assert by_name(here(before))["far"] is not old["far"]
    (repository.folder / "plain/new.yaml").unlink()
    (repository.folder / "far/patch.yaml").write_text((repository.folder / "far/patch.yaml").read_text() + "# more\n")
    assert by_name(here(before))["far"] is not old["far"]
