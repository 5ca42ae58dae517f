"""Sets of two versions of a repository: built once where nothing they are made from differs, and as if built anew."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kubelens.cli.against import sets_at
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.plugins import Plugins
from kubelens.engine.revisions import read_revision
from kubelens.engine.sets.found import ALL_KINDS, NO_SETS, Sets
from tests.engine.sets.conftest import Repository

FILES = """\
# file: apps/web/base/kustomization.yaml
resources: [web.yaml]
configMapGenerator:
- name: env
  files: [data/env.txt]
# file: apps/web/base/web.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
# file: apps/web/base/data/env.txt
LEVEL=info
# file: apps/web/prod/kustomization.yaml
namespace: prod
resources: [../base]
# file: apps/charted/kustomization.yaml
helmCharts: [{name: inner, releaseName: inner}]
# file: apps/charted/charts/inner/Chart.yaml
apiVersion: v2
name: inner
version: 1.0.0
# file: apps/charted/charts/inner/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: inner}
# file: charts/api/Chart.yaml
apiVersion: v2
name: api
version: 1.0.0
dependencies: [{name: shared, version: 1.0.0, repository: "https://charts.example.com"}]
# file: charts/api/values.yaml
level: info
# file: charts/api/notes.txt
one
# file: charts/api/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: api}
data: {level: "{{ .Values.level }}", notes: {{ .Files.Get "notes.txt" | quote }}}
# file: charts/shared/Chart.yaml
apiVersion: v2
name: shared
version: 1.0.0
# file: charts/shared/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: shared}
# file: clusters/prod/plain.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: plain, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./plain
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substitute: {LEVEL: info}}
# file: plain/deep/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
data: {level: "${LEVEL}"}
# file: argo/api.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: api, namespace: argocd}
spec:
  destination: {namespace: api, server: https://kubernetes.default.svc}
  project: default
  source:
    repoURL: https://git.example.com/shop/deploy
    path: charts/api
    targetRevision: HEAD
    helm: {valueFiles: [../../values/api.yaml], fileParameters: [{name: more, path: ../../values/more/text.txt}]}
# file: values/api.yaml
level: debug
# file: values/more/text.txt
more
# file: lacking/kustomization.yaml
resources: [../elsewhere]
# file: README.md
nothing
"""
WEB, CHARTED, API, PLAIN = "apps/web/prod", "apps/charted", "application/api", "kustomization/plain"
EDITS = {
    "nothing of a set": ("# file: README.md\nmore\n", set()),
    "a generator's file": ("# file: apps/web/base/data/env.txt\nLEVEL=debug\n", {WEB}),
    "another name for a kustomization": ("# file: apps/web/base/kustomization.yml\nresources: []\n", {WEB}),
    "a template in a new folder": (
        "# file: apps/charted/charts/inner/templates/more/b.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n",
        {CHARTED},
    ),
    "a file that a template prints": ("# file: charts/api/notes.txt\ntwo\n", {API}),
    "a chart that is taken in": ("# file: charts/shared/values.yaml\na: 1\n", {API}),
    "values of a release": ("# file: values/api.yaml\nlevel: trace\n", {API}),
    "a value that is a file": ("# file: values/more/text.txt\nless\n", {API}),
    "a comment where the set is named": (
        "# file: argo/api.yaml\n# more\n" + FILES.split("# file: argo/api.yaml\n")[1].split("# file: ")[0],
        {API},
    ),
    "one more manifest below a folder": (
        "# file: plain/other/b.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n",
        {PLAIN},
    ),
    "what a set lacked": ("# file: elsewhere/kustomization.yaml\nresources: []\n", set()),
}


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.email=a@example.com", "-c", "user.name=a", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def at(revision: str, earlier: Sets = NO_SETS) -> Sets:
    texts = read_revision(revision, ["."]).texts
    return sets_at(revision, ["."], texts, Config(), (), ALL_KINDS, earlier=earlier)


def here(earlier: Sets = NO_SETS) -> Sets:
    return read_inputs(Wanted(), Config(), Plugins(), earlier).sets


def told(one: ApplySet) -> object:
    texts = sorted((text.uri, text.source.text if text.source else "", text.problems) for text in one.texts)
    said = sorted(text.uri for text in one.said_in)
    return texts, one.whole, one.missing, one.objects, one.why, said, one.prunes, one.namespace


def by_name(sets: Sets) -> dict[str, ApplySet]:
    return {one.name: one for one in sets.built("1.36")}


@pytest.mark.parametrize("edit", EDITS)
def test_sets_of_a_later_version_are_those_built_anew(repository: Repository, edit: str) -> None:
    text, touched = EDITS[edit]
    repository.write(FILES)
    git(repository.folder, "init", "-q")
    git(repository.folder, "add", ".")
    git(repository.folder, "commit", "-qm", "one")
    before = at("HEAD")
    repository.write(text)
    git(repository.folder, "add", ".")
    git(repository.folder, "commit", "-qm", "two")
    old = by_name(before)
    assert {WEB, CHARTED, API, PLAIN} <= old.keys()
    for later, alone in ((at("HEAD", before), at("HEAD")), (here(before), here())):
        new, anew = by_name(later), by_name(alone)
        assert {name: told(one) for name, one in new.items()} == {name: told(one) for name, one in anew.items()}
        built_again = {name for name, one in new.items() if one is not old.get(name)}
        assert built_again & {WEB, CHARTED, API, PLAIN} == touched


def test_a_link_is_built_again(repository: Repository) -> None:
    repository.write(FILES)
    git(repository.folder, "init", "-q")
    git(repository.folder, "add", ".")
    git(repository.folder, "commit", "-qm", "one")
    before = at("HEAD")
    (repository.folder / "apps/web/base/link.txt").symlink_to("data/env.txt")
    assert by_name(here(before))[WEB] is not by_name(before)[WEB]


def test_other_namespaces_and_releases_are_built_again(repository: Repository) -> None:
    repository.write(FILES)
    git(repository.folder, "init", "-q")
    before = here()
    elsewhere = read_inputs(Wanted(), Config(namespace="shop"), Plugins(), before).sets
    old, new = by_name(before), by_name(elsewhere)
    assert not any(one is old.get(name) for name, one in new.items())
    assert here(before).built("1.36")[0] is before.built("1.36")[0]
    assert here(before).built("1.35")[0] is not before.built("1.36")[0]
