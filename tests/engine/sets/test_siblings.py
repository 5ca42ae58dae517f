"""Paths of sources whose address nobody knows: told beside others that lead here, else named among the sets alone."""

from __future__ import annotations

import subprocess

import pytest

from tests.engine.sets.conftest import Repository

FLUX = """\
# file: flux/{name}.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec:
  interval: 10m
  prune: true
  path: {path}
  sourceRef: {{kind: {kind}, name: {source}}}
"""
ARGO = """\
# file: argo/{name}.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}, namespace: argocd}}
spec:
  project: default
  destination: {{namespace: shop, server: https://kubernetes.default.svc}}
  source:
    repoURL: {source}
    targetRevision: {revision}
    path: {path}
"""
THERE = """\
# file: clusters/prod/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
# file: clusters/dev/b.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
# file: deploy/c.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
"""
SHOP = "https://git.example/shop/deploy"


def flux(repository: Repository, *paths: str, source: str = "fleet", kind: str = "GitRepository") -> None:
    for number, path in enumerate(paths):
        repository.write(FLUX.format(name=f"{source}-{number}", path=path, source=source, kind=kind))


def argo(repository: Repository, *paths: str, source: str = SHOP, revision: str = "HEAD") -> None:
    for number, path in enumerate(paths):
        name = f"{source.rpartition('/')[2]}-{number}"
        repository.write(ARGO.format(name=name, path=path, source=source, revision=revision))


def astray(repository: Repository) -> list[str]:
    return [one for one in repository.findings() if ": source-path-missing: " in one]


@pytest.mark.parametrize("tool", [flux, argo])
@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (("clusters/prod", "clusters/prdo"), "clusters/prdo"),
        (("./clusters/prod", "./clusters/dev", "./cluster/dev"), "./cluster/dev"),
        (("clusters/prod", "clusters/dev"), ""),
        (("clusters/prdo",), ""),
        (("deploy", "clutsers/prod"), ""),
        (("deploy", "apps/one", "apps/two"), ""),
        (("clusters/prod", "clusters/a", "clusters/b"), ""),
        ((".", "clusters/prdo"), ""),
        (("clusters/prod", "clusters/dev", "clusters/${NAME}"), ""),
    ],
)
def test_beside_others_of_the_same_source(
    repository: Repository, tool: object, paths: tuple[str, ...], told: str
) -> None:
    """One that is alone, a source of which most is not here, the root, and what is filled in elsewhere say nothing."""
    repository.write(THERE)
    tool(repository, *paths)  # type: ignore[operator]
    found = astray(repository)
    assert len(found) == bool(told)
    if told:
        assert f"path '{told}' is no folder of this repository, which holds '{paths[0]}'" in found[0]
        assert found[0].split(":")[1] == ("7" if tool is flux else "10")


@pytest.mark.parametrize("tool", [flux, argo])
def test_what_is_not_told_is_named_among_the_sets(repository: Repository, tool: object) -> None:
    repository.write(THERE)
    tool(repository, "clusters/prdo")  # type: ignore[operator]
    assert astray(repository) == []
    (lacking,) = [one for one in repository.sets().values() if not one["whole"]]
    assert "'clusters/prdo' of " in lacking["missing"][0]
    assert "1 set not whole (sources from elsewhere)" in repository.check().output


@pytest.mark.parametrize("kind", ["OCIRepository", "Bucket"])
def test_what_is_filled_from_elsewhere_says_nothing(repository: Repository, kind: str) -> None:
    repository.write(THERE)
    flux(repository, "clusters/prod", "clusters/prdo", kind=kind)
    assert astray(repository) == []


def test_others_of_another_source_say_nothing(repository: Repository) -> None:
    repository.write(THERE)
    flux(repository, "clusters/prod", "clusters/dev")
    flux(repository, "clusters/prdo", source="elsewhere")
    argo(repository, "clusters/prod", "clusters/dev")
    argo(repository, "clusters/prdo", source="https://git.example/shop/other")
    assert astray(repository) == []


@pytest.mark.parametrize(("ref", "told"), [("{branch: main}", 1), ("{tag: v1}", 0), ("{branch: next}", 0)])
def test_a_source_of_another_revision_says_nothing(repository: Repository, ref: str, told: int) -> None:
    repository.write(THERE)
    repository.write(
        "# file: flux/source.yaml\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        f'metadata: {{name: fleet, namespace: flux-system}}\nspec: {{interval: 1m, url: "{SHOP}", ref: {ref}}}\n'
    )
    flux(repository, "clusters/prod", "clusters/prdo")
    assert len(astray(repository)) == told
    argo(repository, "clusters/prod", "clusters/prdo", revision="v1")
    assert len(astray(repository)) == told


def test_a_repository_of_another_name_is_another(repository: Repository) -> None:
    for arguments in (["init", "-q"], ["remote", "add", "origin", "https://git.example/shop/code.git"]):
        subprocess.run(["git", *arguments], cwd=repository.folder, check=True)
    repository.write(THERE)
    argo(repository, "clusters/prod", "clusters/dev", "clusters/prdo")
    assert astray(repository) == []


def test_applications_that_an_application_set_makes(repository: Repository) -> None:
    repository.write(THERE)
    repository.write(
        f"""\
        # file: argo/all.yaml
        apiVersion: argoproj.io/v1alpha1
        kind: ApplicationSet
        metadata: {{name: all, namespace: argocd}}
        spec:
          generators: [{{list: {{elements: [{{at: prod}}, {{at: dev}}, {{at: tset}}]}}}}]
          template:
            metadata: {{name: 'all-{{{{at}}}}'}}
            spec:
              project: default
              destination: {{namespace: shop, server: https://kubernetes.default.svc}}
              source: {{repoURL: {SHOP}, targetRevision: HEAD, path: 'clusters/{{{{at}}}}'}}
        """
    )
    (found,) = astray(repository)
    assert "path 'clusters/tset' is no folder" in found
