"""Paths of Argo CD and Flux that lead nowhere in this repository, and variables of Flux without a value."""

from __future__ import annotations

import subprocess

import pytest

from tests.engine.sets.conftest import Repository

ADDRESS = "https://git.example/shop/deploy.git"
APPLICATION = """\
# file: argo/web.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web, namespace: argocd}}
spec:
  project: default
  destination: {{namespace: shop, server: https://kubernetes.default.svc}}
  source:
    repoURL: {address}
    targetRevision: {revision}
    path: {path}
# file: apps/web/web.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{name: web}}
"""
FLUX = """\
# file: flux/source.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: fleet, namespace: flux-system}}
spec: {{interval: 1m, url: "{address}", ref: {ref}}}
# file: flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: apps, namespace: flux-system}}
spec:
  interval: 10m
  prune: true
  path: {path}
  sourceRef: {{kind: GitRepository, name: fleet}}
# file: apps/web/web.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{name: web}}
"""
VARIABLES = """\
# file: flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: apps, namespace: flux-system}}
spec:
  interval: 10m
  prune: true
  path: ./apps/web
  sourceRef: {{kind: GitRepository, name: fleet}}
  {build}
# file: apps/web/web.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  annotations: {{{annotation}}}
data:
  host: shop.{reference}
"""
SETTINGS = """\
# file: flux/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: flux-system}
data: {DOMAIN: example.com}
"""


@pytest.fixture
def known(repository: Repository) -> Repository:
    """The repository with a remote."""
    for arguments in (["init", "-q"], ["remote", "add", "origin", ADDRESS]):
        subprocess.run(["git", *arguments], cwd=repository.folder, check=True)
    return repository


def told(repository: Repository, rule: str) -> list[str]:
    return [one for one in repository.findings("--extend-select", rule) if f": {rule}: " in one]


@pytest.mark.parametrize(
    ("address", "revision", "path", "missing"),
    [
        (ADDRESS, "HEAD", "apps/wep", True),
        ("git@git.example:shop/deploy", "main", "apps/wep", True),
        (ADDRESS, "HEAD", "apps/web", False),
        (ADDRESS, "v1.4.0", "apps/wep", False),
        ("https://git.example/other/deploy", "HEAD", "apps/wep", False),
    ],
)
def test_the_path_of_an_application(known: Repository, address: str, revision: str, path: str, missing: bool) -> None:
    known.write(APPLICATION.format(address=address, revision=revision, path=path))
    found = told(known, "source-path-missing")
    assert bool(found) is missing
    if missing:
        assert found == [f"argo/web.yaml:10: source-path-missing: path '{path}' is no folder of this repository"]


@pytest.mark.parametrize(
    ("ref", "path", "missing"),
    [
        ("{branch: main}", "./apps/wep", True),
        ("{branch: main}", "./apps/web", False),
        ("{tag: v1}", "./apps/wep", False),
    ],
)
def test_the_path_of_a_kustomization_of_flux(known: Repository, ref: str, path: str, missing: bool) -> None:
    known.write(FLUX.format(address=ADDRESS, ref=ref, path=path))
    found = told(known, "source-path-missing")
    assert bool(found) is missing
    if missing:
        assert found[0].startswith("flux/apps.yaml:7: ")


@pytest.mark.parametrize(("folder", "missing"), [("flux", True), (".archive/flux", False), ("retired", False)])
def test_what_was_put_away_leads_nowhere_in_peace(known: Repository, folder: str, missing: bool) -> None:
    """Its folder went with it when it was taken out of the cluster."""
    text = FLUX.format(address=ADDRESS, ref="{branch: main}", path="./apps/gone")
    known.write(text.replace("flux/apps.yaml", f"{folder}/apps.yaml"))
    assert bool(told(known, "source-path-missing")) is missing


RELEASE = """\
# file: flux/source.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: fleet, namespace: flux-system}}
spec: {{interval: 1m, url: "{address}", ref: {ref}}}
# file: releases/web.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: web, namespace: flux-system}}
spec:
  interval: 10m
  chart:
    spec:
      chart: {chart}
      sourceRef: {{kind: GitRepository, name: fleet}}
# file: charts/web/Chart.yaml
apiVersion: v2
name: web
version: 1.0.0
# file: charts/plain/readme.txt
No chart.
"""


@pytest.mark.parametrize(
    ("ref", "address", "chart", "missing"),
    [
        ("{branch: main}", ADDRESS, "./charts/web", ""),
        ("{branch: main}", ADDRESS, "./charts/wep", "is no folder of this repository"),
        ("{branch: main}", ADDRESS, "./charts/plain", "holds no chart"),
        ("{tag: v1}", ADDRESS, "./charts/wep", ""),
        ("{branch: main}", "https://git.example/other/charts", "./charts/wep", ""),
    ],
)
def test_the_chart_of_a_release_of_flux(known: Repository, ref: str, address: str, chart: str, missing: str) -> None:
    known.write(RELEASE.format(ref=ref, address=address, chart=chart))
    at = "releases/web.yaml:8: source-path-missing: "
    assert told(known, "source-path-missing") == ([f"{at}chart '{chart}' {missing}"] if missing else [])


def test_nothing_is_known_of_paths_where_no_remote_is(repository: Repository) -> None:
    repository.write(APPLICATION.format(address=ADDRESS, revision="HEAD", path="apps/wep"))
    assert told(repository, "source-path-missing") == []


FROM = "postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}"


@pytest.mark.parametrize(
    ("build", "reference", "unset"),
    [
        ("postBuild: {substitute: {DOMAINS: a}}", "${DOMAIN}", True),
        ("postBuild: {substitute: {DOMAIN: a}}", "${DOMAIN}", False),
        ("postBuild: {substitute: {DOMAINS: a}}", "${DOMAIN:=example.com}", False),
        ("postBuild: {substitute: {DOMAINS: a}}", "$${DOMAIN}", False),
        ("postBuild: {substitute: {DOMAINS: a}}", "$DOMAIN", False),
        ("postBuild: {substitute: {DOMAINS: a}}", "room_${1}", True),
        ("postBuild: {substitute: {DOMAINS: a}}", "room_$${1}", False),
        ("postBuild: {substitute: {DOMAINS: a}}", "room_$1", False),
        ("force: false", "room_${1}", False),
        ("force: false", "${DOMAIN}", False),
        (FROM, "${DOMAIN}", False),
        (FROM, "${HOST}", True),
        (FROM.replace("settings", "elsewhere"), "${HOST}", False),
    ],
)
def test_a_variable_without_a_value(repository: Repository, build: str, reference: str, unset: bool) -> None:
    repository.write(VARIABLES.format(build=build, reference=reference, annotation="") + SETTINGS)
    found = told(repository, "variable-without-value")
    assert bool(found) is unset
    if unset:
        assert found[0].startswith("apps/web/web.yaml:7: variable-without-value: variable '")


def test_an_object_that_asks_to_be_left_alone(repository: Repository) -> None:
    annotation = "kustomize.toolkit.fluxcd.io/substitute: disabled"
    build = "postBuild: {substitute: {DOMAINS: a}}"
    repository.write(VARIABLES.format(build=build, reference="${DOMAIN}", annotation=annotation))
    assert told(repository, "variable-without-value") == []


CHART = """\
# file: charts/web/Chart.yaml
apiVersion: v2
name: web
version: 1.0.0
# file: charts/web/templates/web.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {host: "{{ .Values.host }}"}
"""
VALUES_OF_APPLICATION = """\
# file: argo/web.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web, namespace: argocd}}
spec:
  project: default
  destination: {{namespace: shop, server: https://kubernetes.default.svc}}
  source:
    repoURL: {address}
    targetRevision: {revision}
    path: charts/web
    helm:
      {helm}
"""


@pytest.mark.parametrize(
    ("revision", "helm", "missing"),
    [
        ("HEAD", "valueFiles: [values-prd.yaml]", "values-prd.yaml"),
        ("HEAD", "fileParameters: [{name: host, path: host.txt}]", "host.txt"),
        ("HEAD", "valueFiles: [/charts/web/Chart.yaml]", ""),
        ("HEAD", "{ignoreMissingValueFiles: true, valueFiles: [values-prd.yaml]}", ""),
        ("HEAD", "valueFiles: [values-*.yaml]", ""),
        ("v1.4.0", "valueFiles: [values-prd.yaml]", ""),
    ],
)
def test_files_of_values_of_an_application(known: Repository, revision: str, helm: str, missing: str) -> None:
    known.write(CHART + VALUES_OF_APPLICATION.format(address=ADDRESS, revision=revision, helm=helm))
    found = [one for one in known.findings() if "is not there" in one or "there is no" in one]
    what = f"Application 'web' names '{missing}', but there is no 'charts/web/{missing}'"
    assert found == ([f"argo/web.yaml:12: source-path-missing: {what}"] if missing else [])


def test_files_of_values_out_of_the_repository(known: Repository) -> None:
    helm = "valueFiles: [../../../prod.yaml]"
    known.write(CHART + VALUES_OF_APPLICATION.format(address=ADDRESS, revision="HEAD", helm=helm))
    (found,) = told(known, "source-path-missing")
    assert found.startswith("argo/web.yaml:12: ") and "leads out of the repository" in found


def test_files_of_values_of_a_release_of_flux(known: Repository) -> None:
    release = RELEASE.format(ref="{branch: main}", address=ADDRESS, chart="./charts/web")
    known.write(release.replace("      sourceRef", "      valuesFiles:\n      - charts/web/prd.yaml\n      sourceRef"))
    assert told(known, "source-path-missing") == [
        "releases/web.yaml:10: source-path-missing: charts/web/prd.yaml is not there"
    ]


@pytest.mark.parametrize(
    ("release", "missing"),
    [
        ("chart: ./charts/web\n  values: [prd.yaml]", "3: source-path-missing: prd.yaml"),
        ("chart: ./charts/gone", "2: source-path-missing: chart './charts/gone'"),
        ("chart: ./charts/web\n  secrets: [prd.sops.yaml]", "3: source-path-missing: prd.sops.yaml"),
        ("chart: ./charts/web\n  missingFileHandler: Info\n  secrets: [prd.sops.yaml]", ""),
        ("chart: ./charts/web\n  values: [{host: a}]", ""),
        ("chart: ./charts/web\n  missingFileHandler: Warn\n  values: [prd.yaml]", ""),
        ("chart: ./charts/web\n  values: ['prd-*.yaml', 'git::https://git.example/a.git@prd.yaml']", ""),
        ("chart: bitnami/redis", ""),
    ],
)
def test_what_helmfile_names(repository: Repository, release: str, missing: str) -> None:
    repository.write(f"{CHART}# file: helmfile.yaml\nreleases:\n- {release}\n  name: web\n")
    found = told(repository, "source-path-missing")
    assert found == ([f"helmfile.yaml:{missing} is not there"] if missing else [])
    assert repository.check("--select", "source-path-missing").exit_code == (1 if missing else 0)


def test_values_of_an_environment_of_helmfile(repository: Repository) -> None:
    state = "environments:\n  prod:\n    values:\n    - gone.yaml\n---\nreleases:\n- {name: web, chart: ./charts/web}\n"
    repository.write(f"{CHART}# file: helmfile.yaml\n{state}")
    assert told(repository, "source-path-missing") == ["helmfile.yaml:4: source-path-missing: gone.yaml is not there"]


@pytest.mark.parametrize(
    ("deployed", "missing"),
    [
        ("helm: {releases: [{name: web, chartPath: charts/web, valuesFiles: [prd.yaml]}]}", "prd.yaml"),
        ("helm: {releases: [{name: web, chartPath: charts/gone}]}", "chart 'charts/gone'"),
        ("kustomize: {paths: [overlays/prd]}", "kustomization 'overlays/prd'"),
        ("helm: {releases: [{name: web, chartPath: charts/web, valuesFiles: ['{{.STAGE}}.yaml']}]}", ""),
        ("helm: {releases: [{name: web, remoteChart: redis}]}", ""),
        ("helm: {releases: [{name: web, chartPath: shops/redis, remote: true}]}", ""),
        ("rawYaml: [gone/web.yaml]", "gone/web.yaml"),
        ("rawYaml: ['gone/*.yaml', charts, '{{.STAGE}}.yaml', 'https://shop.example/web.yaml']", ""),
    ],
)
def test_what_skaffold_names(repository: Repository, deployed: str, missing: str) -> None:
    text = f"apiVersion: skaffold/v4beta11\nkind: Config\nmanifests:\n  {deployed}\nprofiles: [{{name: ci}}]\n"
    repository.write(f"{CHART}# file: skaffold.yaml\n{text}")
    found = told(repository, "source-path-missing")
    assert found == ([f"skaffold.yaml:4: source-path-missing: {missing} is not there"] if missing else [])


MULTIPLE_SOURCES = """\
# file: argo/redis.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: redis}}
spec:
  destination: {{server: https://kubernetes.default.svc, namespace: shop}}
  sources:
  - repoURL: https://charts.example
    chart: redis
    targetRevision: 1.2.3
    helm:
      {helm}
  - {{repoURL: {address}, targetRevision: {revision}, ref: values}}
# file: env/prod.yaml
size: 1
"""


@pytest.mark.parametrize(
    ("revision", "helm", "told_of"),
    [
        ("main", "valueFiles: [$values/env/prod.yaml, chart-own.yaml]", ""),
        ("main", "valueFiles: [$values/env/prd.yaml]", "names '$values/env/prd.yaml', but there is no 'env/prd.yaml'"),
        ("main", "{valueFiles: [$values/env/prd.yaml], ignoreMissingValueFiles: true}", ""),
        ("v1", "valueFiles: [$values/env/prd.yaml]", ""),
        ("main", "valueFiles: [$value/env/prod.yaml]", "'$value/env/prod.yaml': no source has the ref 'value'"),
    ],
)
def test_files_of_values_beside_a_chart_from_elsewhere(
    known: Repository, revision: str, helm: str, told_of: str
) -> None:
    known.write(MULTIPLE_SOURCES.format(address=ADDRESS, revision=revision, helm=helm))
    found = told(known, "source-path-missing")
    assert [one.startswith("argo/redis.yaml:11: ") and told_of in one for one in found] == [True] * bool(told_of)


@pytest.mark.parametrize(
    ("text", "consequence"),
    [
        (
            VALUES_OF_APPLICATION.format(address=ADDRESS, revision="HEAD", helm="valueFiles: [prd.yaml]"),
            "Argo CD cannot generate the manifests: it reports ComparisonError",
        ),
        (RELEASE.format(ref="{branch: main}", address=ADDRESS, chart="./charts/gone"), "its object is not ready"),
        (
            "# file: helmfile.yaml\nreleases: [{name: web, chart: ./charts/web, values: [prd.yaml]}]\n",
            "helmfile ends with an error",
        ),
        (
            "# file: skaffold.yaml\napiVersion: skaffold/v4beta11\nkind: Config\nmanifests: {kustomize: {paths: [prd]}}\n",
            "Skaffold ends with an error",
        ),
        (
            "# file: skaffold.yaml\napiVersion: skaffold/v4beta11\nkind: Config\nmanifests: {rawYaml: [prd.yaml]}\n",
            "Skaffold warns, and deploys the rest without it",
        ),
    ],
)
def test_each_tool_has_its_own_consequence(known: Repository, text: str, consequence: str) -> None:
    known.write(CHART + text)
    done = known.check("--select", "source-path-missing")
    assert consequence in done.stdout
    assert done.stdout.count("source-path-missing]") == 1


@pytest.mark.parametrize("pattern", ["made/", "/made", "*.yaml"])
def test_what_git_leaves_out_may_be_made_before(repository: Repository, pattern: str) -> None:
    repository.write(
        f"{CHART}# file: .gitignore\n{pattern}\n"
        "# file: helmfile.yaml\nreleases: [{name: web, chart: ./charts/web, values: [made/prd.yaml]}]\n"
        "# file: skaffold.yaml\napiVersion: skaffold/v4beta11\nkind: Config\nmanifests: {rawYaml: [made/web.yaml]}\n"
    )
    assert told(repository, "source-path-missing") == []


@pytest.mark.parametrize(("written", "told_of"), [("k8s/made/keys.yaml", False), ("k8s/other/keys.yaml", True)])
def test_what_a_script_writes_for_skaffold(repository: Repository, written: str, told_of: bool) -> None:
    repository.write(
        "# file: skaffold.yaml\napiVersion: skaffold/v4beta11\nkind: Config\nmanifests: {rawYaml: [k8s/made/keys.yaml]}\n"
        f"# file: scripts/keys.sh\nkubectl create secret generic keys --dry-run=client -o yaml > ./{written}\n"
    )
    assert bool(told(repository, "source-path-missing")) is told_of


def test_encrypted_values_of_helmfile_are_not_known(repository: Repository) -> None:
    state = "releases: [{name: web, chart: ./charts/web, secrets: [prd.sops.yaml]}]\n"
    repository.write(f"{CHART}# file: helmfile.yaml\n{state}# file: prd.sops.yaml\nsize: ENC[x]\n")
    assert repository.sets()["web"]["missing"] == ["prd.sops.yaml is encrypted"]


@pytest.mark.parametrize(
    ("revision", "helm", "told_of"),
    [
        ("HEAD", "{values: 'a: b'}", True),
        ("v1.4.0", "{values: 'a: b'}", False),
        ("HEAD", "{}", False),
    ],
)
def test_a_source_rendered_by_helm_that_is_no_chart(known: Repository, revision: str, helm: str, told_of: bool) -> None:
    known.write(APPLICATION.format(address=ADDRESS, revision=revision, path="apps/web\n    helm: " + helm))
    found = told(known, "source-path-missing")
    said = "path 'apps/web' holds no Chart.yaml, and its source's 'helm' has Argo CD render it by Helm"
    assert found == ([f"argo/web.yaml:10: source-path-missing: {said}"] if told_of else [])
