"""What Argo CD's and Flux's objects name and no file of the repository makes."""

from __future__ import annotations

import re

import pytest

from tests.engine.sets.conftest import Repository

RULE = "gitops-object-missing"
KUSTOMIZATION = """\
# file: {file}
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: platform}}
spec:
  interval: 10m
  path: ./shop
  prune: true
  sourceRef: {{kind: GitRepository, name: {source}}}
{more}"""
RELEASE = """\
# file: releases/cart.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: cart, namespace: shop}}
spec:
  interval: 10m
  chart:
    spec: {{chart: cart, sourceRef: {{kind: HelmRepository, name: charts}}}}
  valuesFrom: [{{kind: {kind}, name: cart-values{optional}}}]
"""
APPLICATION = """\
# file: argo/cart.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: cart, namespace: argo}}
spec:
  project: {project}
  source: {{repoURL: "https://git.example/shop/cart.git", path: deploy, targetRevision: HEAD}}
  destination: {{server: "https://kubernetes.default.svc", namespace: cart}}
"""
SOURCE = """\
# file: {file}
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{interval: 5m, url: "https://git.example/shop/fleet.git"}}
"""


def told(repository: Repository, *arguments: str) -> list[str]:
    return [one for one in repository.findings("--select", RULE, *arguments) if f": {RULE}: " in one]


def kustomization(file: str = "flux/cart.yaml", name: str = "cart", source: str = "fleet", more: str = "") -> str:
    return KUSTOMIZATION.format(file=file, name=name, source=source, more=more)


def test_a_source_that_nothing_makes(repository: Repository) -> None:
    repository.write(kustomization())
    assert told(repository) == [
        f"flux/cart.yaml:8: {RULE}: no file here makes GitRepository 'platform/fleet', which Kustomization 'cart' needs"
    ]
    output = repository.check("--select", RULE).output
    assert "info[" in output
    assert 'ArtifactFailed: gitrepositories.source.toolkit.fluxcd.io "fleet" not found' in output


def test_it_is_told_once(repository: Repository) -> None:
    """At the first that names it, wherever the others stand, and with how many they are."""
    for number in range(4):
        repository.write(kustomization(f"flux/{number}.yaml", f"app-{number}"))
    (found,) = told(repository)
    assert found.startswith("flux/0.yaml:8: ") and found.endswith("needs, and 3 others name it")
    repository.write(kustomization("clusters/a/x.yaml", "app-0"))
    assert len(told(repository)) == 1


def test_it_is_a_warning_beside_others(repository: Repository) -> None:
    repository.write(kustomization())
    repository.write(SOURCE.format(file="flux/source.yaml", name="apps", namespace="platform"))
    assert "warning[" in repository.check("--select", RULE).output
    repository.write(SOURCE.format(file="flux/source.yaml", name="apps", namespace="elsewhere"))
    assert "info[" in repository.check("--select", RULE).output


@pytest.mark.parametrize(
    "maker",
    [
        SOURCE.format(file="other/source.yaml", name="fleet", namespace="platform"),
        "# file: bootstrap.sh\nflux create source git fleet --url=https://git.example/shop/fleet\n",
        '# file: terraform/flux.tf\nresource "x" "y" { kind = "GitRepository", name = "fleet" }\n',
        "# file: sets/apps.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: {name: apps}\n"
        "spec:\n  resources:\n    - apiVersion: source.toolkit.fluxcd.io/v1\n      kind: GitRepository\n"
        "      metadata:\n        name: << inputs.name >>\n",
        "# file: chart/templates/source.yaml\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata:\n  name: {{ .Release.Name }}\n",
        "# file: flux/instance.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\n"
        "metadata: {name: flux, namespace: platform}\nspec:\n  sync:\n    kind: GitRepository\n    name: fleet\n",
    ],
)
def test_what_may_make_it_counts(repository: Repository, maker: str) -> None:
    repository.write(kustomization())
    repository.write(maker)
    assert told(repository) == []


@pytest.mark.parametrize(
    "text",
    [
        kustomization(source="flux-system"),
        kustomization(source="platform"),
        kustomization(source="${SOURCE}"),
        kustomization(file="archive/cart.yaml"),
        kustomization(file="_old/cart.yaml"),
        APPLICATION.format(project="default"),
        APPLICATION.format(project="'{{ project }}'"),
    ],
)
def test_what_nobody_needs_to_make(repository: Repository, text: str) -> None:
    repository.write(text)
    assert told(repository) == []


def test_a_script_about_something_else_makes_nothing(repository: Repository) -> None:
    repository.write(kustomization())
    repository.write("# file: build.sh\necho building the fleet\n")
    repository.write("# file: README.md\nThe fleet is in flux/.\n")
    assert len(told(repository)) == 1


def test_a_dependency_and_a_config_map(repository: Repository) -> None:
    more = "  dependsOn: [{name: database}]\n  postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}\n"
    repository.write(kustomization(source="flux-system", more=more))
    assert [one.partition(RULE)[2] for one in told(repository)] == [
        ": no file here makes Kustomization 'platform/database', which Kustomization 'cart' needs",
        ": no file here makes ConfigMap 'platform/settings', which Kustomization 'cart' needs",
    ]
    output = repository.check("--select", RULE).output
    assert "DependencyNotReady: dependency 'platform/database' not found" in output
    assert "BuildFailed: substitute from 'ConfigMap/settings' error: configmaps \"settings\" not found" in output


@pytest.mark.parametrize(
    ("kind", "optional", "missing"),
    [("ConfigMap", "", True), ("ConfigMap", ", optional: true", False), ("Secret", "", False)],
)
def test_values_of_a_release(repository: Repository, kind: str, optional: str, missing: bool) -> None:
    repository.write(RELEASE.format(kind=kind, optional=optional))
    found = told(repository)
    assert any("HelmRepository 'shop/charts'" in one for one in found)
    assert any("ConfigMap 'shop/cart-values'" in one for one in found) is missing
    if missing:
        said = (
            "ValuesError: could not resolve ConfigMap chart values reference 'shop/cart-values' with key 'values.yaml'"
        )
        assert said in repository.check("--select", RULE).output


@pytest.mark.parametrize(
    "maker",
    [
        "# file: releases/kustomization.yaml\nresources: [cart.yaml]\n"
        "configMapGenerator: [{name: cart-values, literals: [values.yaml=a]}]\n",
        "# file: buckets/cart.yaml\napiVersion: objectbucket.io/v1alpha1\nkind: ObjectBucketClaim\n"
        "metadata:\n  name: cart-values\n  namespace: shop\n",
    ],
)
def test_values_that_something_makes(repository: Repository, maker: str) -> None:
    repository.write(RELEASE.format(kind="ConfigMap", optional=""))
    repository.write(maker)
    assert not any("ConfigMap" in one for one in told(repository))


def test_a_project(repository: Repository) -> None:
    repository.write(APPLICATION.format(project="shop"))
    assert told(repository) == [
        f"argo/cart.yaml:5: {RULE}: no file here makes AppProject 'argo/shop', which Application 'cart' needs"
    ]
    said = "InvalidSpecError: Application referencing project shop which does not exist"
    assert said in repository.check("--select", RULE).output
    repository.write(
        "# file: argo/projects.yaml\napiVersion: argoproj.io/v1alpha1\nkind: AppProject\n"
        "metadata: {name: shop, namespace: argocd}\nspec: {sourceRepos: ['*']}\n"
    )
    assert told(repository) == []


PROJECT = """\
# file: argo/projects/{name}.yaml
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {{name: {name}, namespace: argo}}
spec: {{sourceRepos: ['*']}}
"""


def test_projects_that_something_else_makes(repository: Repository) -> None:
    """Where most lack, and many do, none is amiss and all are counted; where fewer lack, each is told."""
    for name in ("shop", "bank", "post", "hall", "mill", "dock"):
        asking = (
            APPLICATION.format(project=name).replace("argo/cart", f"argo/{name}").replace("name: cart", f"name: {name}")
        )
        repository.write(asking)
    repository.write(PROJECT.format(name="shop"))
    assert told(repository) == []
    said = "5 findings in references to what no file makes are not told, as most of their kind lack"
    assert said in " ".join(repository.check("-o", "concise").output.split())
    repository.write(PROJECT.format(name="bank"))
    assert sorted(re.findall(r"AppProject 'argo/(\w+)'", "\n".join(told(repository)))) == [
        "dock",
        "hall",
        "mill",
        "post",
    ]


def test_what_is_said_to_be_elsewhere(repository: Repository) -> None:
    repository.write(kustomization())
    repository.write('# file: kubelens.toml\nassume-exists = ["GitRepository/fleet"]\n')
    assert told(repository) == []


def test_one_folder_of_a_repository(repository: Repository) -> None:
    """What other folders make counts, whether they are looked at or not."""
    (repository.folder / ".git").mkdir()
    repository.write(kustomization())
    repository.write(SOURCE.format(file="sources/fleet.yaml", name="fleet", namespace="platform"))
    assert told(repository, "flux") == []
    (repository.folder / "sources" / "fleet.yaml").unlink()
    assert len(told(repository, "flux")) == 1


UNLISTED = """\
# file: cluster/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, prune: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}
# file: apps/kustomization.yaml
resources: [LISTED]
# file: apps/door/kustomization.yaml
resources: [release.yaml]
# file: apps/door/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: door, namespace: shop}
spec:
  interval: 10m
  chart: {spec: {chart: door, sourceRef: {kind: HelmRepository, name: doors}}}
# file: apps/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: map}
"""


@pytest.mark.parametrize(("listed", "told"), [("map.yaml", False), ("door", True)])
def test_what_no_list_leads_to_lacks_nothing(repository: Repository, listed: str, told: bool) -> None:
    repository.write(UNLISTED.replace("LISTED", listed))
    assert any("gitops-object-missing" in one for one in repository.findings()) is told
