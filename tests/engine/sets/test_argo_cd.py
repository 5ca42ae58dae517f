"""Applications and ApplicationSets of Argo CD as sources of sets."""

from __future__ import annotations

import pytest

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY

APPLICATION = """\
# file: argocd/web.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web, namespace: argocd}}
spec:
  project: default
  destination: {{server: "https://kubernetes.default.svc", namespace: shop}}
{sources}
"""
APPLICATIONS = """\
# file: argocd/web.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {{name: web, namespace: argocd}}
spec:
  goTemplate: {go}
  generators:
{generators}
  template:
    metadata: {{name: '{name}'}}
    spec:
      project: default
      destination: {{server: "https://kubernetes.default.svc", namespace: '{name}'}}
      source:
        repoURL: https://git.example.com/shop.git
        path: '{path}'
        helm:
          valuesObject: {{replicas: '{value}'}}
"""


def application(repository: Repository, sources: str) -> None:
    repository.write(APPLICATION.format(sources=sources))


@pytest.mark.parametrize(
    ("helm", "told"),
    [
        ("valuesObject: {replicas: many}", "many"),
        ('values: "replicas: many"', "many"),
        ("parameters: [{name: replicas, value: few}]", "few"),
        ("valueFiles: [prod.yaml]", "lots"),
        ("valueFiles: [/charts/web/prod.yaml]", "lots"),
        ("{valueFiles: [prod.yaml], parameters: [{name: replicas, value: few}]}", "few"),
    ],
)
def test_values_of_a_chart(repository: Repository, helm: str, told: str) -> None:
    repository.write(CHART)
    repository.write("# file: charts/web/prod.yaml\nreplicas: lots\n")
    application(repository, f"  source:\n    repoURL: https://x/y\n    path: charts/web\n    helm:\n      {helm}")
    assert list(repository.sets()) == ["application/web", "."]
    (found,) = repository.findings()
    assert found.startswith("charts/web/templates/web.yaml:7: wrong-type:")
    assert f'is the text "{told}"' in found
    assert "Deployment 'shop/web'" in repository.check().output


def test_files_beside_a_chart_change_the_source(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(
        """\
        # file: charts/web/.argocd-source.yaml
        path: elsewhere
        helm:
          parameters: [{name: replicas, value: few}]
          values: null
        # file: charts/web/.argocd-source-other.yaml
        helm: {parameters: []}
        """
    )
    helm = "{values: 'replicas: many', releaseName: shop-web}"
    application(repository, f"  source:\n    repoURL: https://x/y\n    path: charts/web\n    helm: {helm}")
    (found,) = repository.findings()
    assert 'is the text "few"' in found
    assert "Deployment 'shop/shop-web'" in repository.check().output
    repository.write(
        "# file: charts/web/.argocd-source-web.yaml\nhelm: {parameters: [{name: replicas, value: lots}]}\n"
    )
    assert 'is the text "lots"' in repository.findings()[0]
    repository.write("# file: charts/web/.argocd-source-web.yaml\nhelm: [\n")
    assert "cannot be read" in repository.sets()["application/web"]["missing"][0]


def test_values_of_another_source(repository: Repository) -> None:
    repository.write(CHART)
    repository.write("# file: values/prod.yaml\nreplicas: lots\n")
    application(
        repository,
        "  sources:\n"
        "  - {repoURL: https://x/y, ref: values}\n"
        "  - {repoURL: https://x/y, path: charts/web, helm: {valueFiles: [$values/values/prod.yaml]}}",
    )
    assert 'is the text "lots"' in repository.findings()[0]


def test_options_of_kustomize(repository: Repository) -> None:
    repository.write(OVERLAY)
    options = 'kustomize: {namePrefix: my-, images: [\'nginx:2\'], patches: [{target: {kind: Deployment}, patch: \'[{"op": "replace", "path": "/spec/replicas", "value": "many"}]\'}]}'
    application(repository, f"  source:\n    repoURL: https://x/y\n    path: apps/web\n    {options}")
    (found,) = repository.findings()
    assert found.startswith("argocd/web.yaml:10: wrong-type:")
    assert "Deployment 'shop/my-web'" in repository.check().output


def test_a_folder_of_manifests(repository: Repository) -> None:
    for name in ("one", "two", "new/three"):
        text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name[-3:]}}}\ndata: {{a: 1}}\n"
        repository.write(f"# file: plain/{name}.yaml\n{text}")
    directory = "directory: {recurse: true, exclude: '{new/*,two.yaml}'}"
    application(repository, f"  source:\n    repoURL: https://x/y\n    path: plain\n    {directory}")
    assert repository.sets()["application/web"]["files"] == ["plain/one.yaml"]
    assert len(repository.findings()) == 3, "what it leaves out is judged as a folder"


@pytest.mark.parametrize(("exclude", "told"), [("", 2), ("old/*", 1)])
def test_what_is_put_away_but_applied(repository: Repository, exclude: str, told: int) -> None:
    """What Argo CD applies from there is judged, what it leaves out is nobody's."""
    for name in ("one", "old/two"):
        text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name[-3:]}}}\ndata: {{a: 1}}\n"
        repository.write(f"# file: plain/{name}.yaml\n{text}")
    directory = f"directory: {{recurse: true, exclude: '{exclude}'}}"
    application(repository, f"  source:\n    repoURL: https://x/y\n    path: plain\n    {directory}")
    assert len(repository.findings()) == told


def test_what_is_not_here_is_said(repository: Repository) -> None:
    repository.write(CHART)
    application(repository, "  source: {repoURL: https://charts.example.com, chart: redis, targetRevision: 1.0.0}")
    found = repository.sets()["application/web"]
    assert not found["whole"]
    assert found["missing"] == ["chart 'redis' of https://charts.example.com is not in this repository"]
    assert "charts/web" in repository.sets()


def test_an_app_of_apps(repository: Repository) -> None:
    repository.write(OVERLAY)
    repository.write(
        "# file: apps/web/web.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: 1}\n"
    )
    application(repository, "  source: {repoURL: https://x/y, path: children}")
    child = APPLICATION.format(sources="  source: {repoURL: https://x/y, path: apps/web}")
    repository.write(child.replace("argocd/web.yaml", "children/child.yaml").replace("name: web,", "name: child,"))
    assert set(repository.sets()) == {"application/web", "application/child", "."}


@pytest.mark.parametrize(
    ("generators", "go", "name", "path", "value", "sets"),
    [
        (
            "  - list: {elements: [{env: dev, count: 2}, {env: prod, count: many}]}",
            "false",
            "{{env}}",
            "charts/web",
            "{{count}}",
            {"application/dev", "application/prod"},
        ),
        (
            "  - list: {elements: [{env: dev}, {env: prod}]}",
            "true",
            "{{ .env | upper | lower }}",
            "charts/web",
            "many",
            {"application/dev", "application/prod"},
        ),
        (
            "  - git: {repoURL: https://x/y, directories: [{path: charts/*}, {path: charts/old, exclude: true}]}",
            "true",
            "{{ .path.basename }}",
            "{{ .path.path }}",
            "many",
            {"application/web"},
        ),
        (
            "  - git: {repoURL: https://x/y, files: [{path: 'env/*.json'}]}",
            "false",
            "{{cluster.name}}",
            "charts/web",
            "{{cluster.count}}",
            {"application/eu"},
        ),
        (
            "  - matrix:\n      generators:\n"
            "      - list: {elements: [{env: dev}, {env: prod}]}\n"
            "      - git: {repoURL: https://x/y, directories: [{path: charts/web}]}",
            "true",
            "{{ .path.basename }}-{{ .env }}",
            "{{ .path.path }}",
            "many",
            {"application/web-dev", "application/web-prod"},
        ),
        (
            "  - merge:\n      mergeKeys: [env]\n      generators:\n"
            "      - list: {elements: [{env: dev, count: '2'}, {env: prod, count: '3'}]}\n"
            "      - list: {elements: [{env: prod, count: many}]}",
            "false",
            "{{env}}",
            "charts/web",
            "{{count}}",
            {"application/dev", "application/prod"},
        ),
        (
            "  - clusters: {}",
            "false",
            "{{name}}-web",
            "charts/web",
            "many",
            {"application/in-cluster-web"},
        ),
    ],
)
def test_generators(
    repository: Repository, generators: str, go: str, name: str, path: str, value: str, sets: set[str]
) -> None:
    repository.write(CHART)
    repository.write("# file: charts/old/notes.txt\n-\n")
    repository.write('# file: env/eu.json\n{"cluster": {"name": "eu", "count": "many"}}\n')
    repository.write(APPLICATIONS.format(generators=generators, go=go, name=name, path=path, value=value))
    assert {name for name in repository.sets() if name.startswith("application")} == sets
    assert any('is the text "many"' in line for line in repository.findings())


def test_generators_that_ask_elsewhere_are_said(repository: Repository) -> None:
    repository.write(CHART)
    generators = "  - scmProvider: {github: {organization: shop}}"
    repository.write(APPLICATIONS.format(generators=generators, go="true", name="x", path="x", value="x"))
    assert repository.sets()["applicationset/web"]["missing"] == [
        "what generator 'scmProvider' gives is not in this repository"
    ]
