"""Which sources of Argo CD are this repository, and what is said of those that are."""

from __future__ import annotations

import pytest

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY

ROOT = """\
# file: apps/{name}.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}, namespace: argocd}}
spec:
  project: default
  destination: {{server: https://kubernetes.default.svc, namespace: {name}}}
  source: {{repoURL: {address}, path: {path}}}
  {more}
"""


def application(name: str, address: str, path: str = ".", more: str = "") -> str:
    return ROOT.format(name=name, address=address, path=path, more=more)


def test_the_root_of_one_of_several_repositories_is_not_this_one(repository: Repository) -> None:
    repository.write(
        application("till", "https://example.com/till.git") + application("hall", "https://example.com/hall.git")
    )
    assert not any(one["objects"] for name, one in repository.sets().items() if name.startswith("application/"))


def test_the_root_of_the_only_repository_may_be_this_one(repository: Repository) -> None:
    repository.write(application("till", "https://example.com/till.git") + OVERLAY)
    assert repository.sets()["application/till"]["whole"]


@pytest.mark.parametrize(("path", "told"), [("envs/${{env}}", False), ("envs/none", True)])
def test_a_path_that_a_script_fills_in_leads_nowhere_yet(repository: Repository, path: str, told: bool) -> None:
    path = path.replace("{{", "{").replace("}}", "}")
    address = "https://example.com/till.git"
    repository.write(
        application("till", address, path)
        + application("hall", address, "apps")
        + application("door", address, "game")
        + GAME
    )
    assert any("source-path-missing" in one for one in repository.findings()) is told


GAME = """\
# file: game/service.yaml
apiVersion: v1
kind: Service
metadata: {name: game}
spec: {selector: {app: game}, ports: [{name: a, port: 7777}, {name: b, protocol: UDP, port: 7777}]}
"""


@pytest.mark.parametrize(("more", "told"), [("syncPolicy: {syncOptions: [ServerSideApply=true]}", False), ("", True)])
def test_ports_of_two_protocols_where_the_server_merges_them(repository: Repository, more: str, told: bool) -> None:
    repository.write(application("game", "https://example.com/till.git", "game", more) + GAME)
    assert any("service-port-two-protocols" in one for one in repository.findings()) is told


@pytest.mark.parametrize(("given", "told"), [("count: 1", False), ("other: 1", True)])
def test_values_that_a_chart_asks_for_and_nobody_gives_it(repository: Repository, given: str, told: bool) -> None:
    helm = f'source: {{repoURL: "https://example.com/till.git", path: charts/web, helm: {{valuesObject: {{{given}}}}}}}'
    text = application("web", "https://example.com/till.git", "charts/web")
    line = next(one for one in text.splitlines() if one.startswith("  source:"))
    repository.write(CHART.replace("{{ .Values.replicas }}", '{{ required "how many?" .Values.count }}'))
    repository.write(text.replace(line, f"  {helm}"))
    assert any("the chart asks for values that" in one for one in repository.findings()) is told
