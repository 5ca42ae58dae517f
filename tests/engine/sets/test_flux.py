"""Kustomizations and HelmReleases of Flux as sources of sets."""

from __future__ import annotations

import pytest

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.kustomizations.substitution import substituted
from kubelens.engine.sets.building import Builder
from kubelens.engine.sets.planned import PlannedSet, Variables
from kubelens.render.origin import Text
from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY

KUSTOMIZATION = """\
# file: clusters/{cluster}/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: apps, namespace: flux-system}}
spec:
  interval: 10m
  prune: true
  path: ./apps/web
  sourceRef: {{kind: GitRepository, name: flux-system}}
{more}
"""
RELEASE = """\
# file: releases/web.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: web, namespace: shop}}
spec:
  interval: 10m
  chart: {{spec: {{chart: ./charts/web, sourceRef: {{kind: GitRepository, name: flux-system, namespace: flux-system}}}}}}
{more}
"""


def kustomization(repository: Repository, more: str = "", cluster: str = "prod") -> None:
    repository.write(KUSTOMIZATION.format(more=more, cluster=cluster))


def test_what_a_folder_applies_that_holds_its_own_kustomization_is_there_once(repository: Repository) -> None:
    """Flux applies ``clusters/prod``, where the Kustomization that says so stands beside others, in one file."""
    text = KUSTOMIZATION.format(more="", cluster="prod")
    own = text.partition("\n")[2].replace("name: apps", "name: all").replace("./apps/web", "./clusters/prod")
    repository.write(f"{text}---\n{own}{OVERLAY}")
    named = [name for name, one in repository.sets().items() if one["origin"] == "Flux"]
    assert sorted(named) == ["kustomization/all", "kustomization/apps"]


@pytest.mark.parametrize(
    ("more", "told", "line"),
    [
        ("  targetNamespace: Shop", "namespace", 9),
        ("  namePrefix: My_", "name", 9),
        (
            '  patches: [{target: {kind: Deployment}, patch: \'[{"op": "replace", "path": "/spec/replicas", "value": "many"}]\'}]',
            "many",
            9,
        ),
        ("  images: [{name: nginx, newTag: 'a b'}]", "a b", 9),
    ],
)
def test_what_it_adds_stands_in_it(repository: Repository, more: str, told: str, line: int) -> None:
    repository.write(OVERLAY)
    kustomization(repository, more)
    found = [one for one in repository.findings() if told in one]
    assert found
    assert found[0].startswith(f"clusters/prod/apps.yaml:{line}: "), found


def test_its_namespace_is_where_objects_go(repository: Repository) -> None:
    repository.write(OVERLAY.replace("replicas: 2", "replicas: two"))
    kustomization(repository, "  targetNamespace: shop")
    assert "Deployment 'shop/web'" in repository.check().output


def test_two_clusters_are_two_sets(repository: Repository) -> None:
    repository.write(OVERLAY.replace("replicas: 2", "replicas: ${REPLICAS}"))
    kustomization(repository, "  postBuild: {substitute: {REPLICAS: '2'}}", "prod")
    kustomization(repository, "  postBuild: {substitute: {REPLICAS: two}}", "dev")
    names = {"kustomization/apps@clusters/prod/apps.yaml", "kustomization/apps@clusters/dev/apps.yaml", "."}
    assert set(repository.sets()) == names
    (found,) = repository.findings()
    assert found.startswith("apps/web/web.yaml:6: wrong-type:")
    assert "(in kustomization/apps@clusters/dev/apps.yaml; not in kustomization/apps@clusters/prod/apps.yaml)" in found


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("${REPLICAS}", ["many"]),
        ("${REPLICAS:=2}", ["many"]),
        ("${OTHER:=lots}", ["lots"]),
        ("${OTHER:-lots}", ["lots"]),
    ],
)
def test_variables(repository: Repository, written: str, told: list[str]) -> None:
    repository.write(OVERLAY.replace("replicas: 2", f"replicas: {written}"))
    repository.write("# file: apps/web/kustomization.yaml\nresources: [web.yaml, config.yaml]\n")
    repository.write(
        "# file: apps/web/config.yaml\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {REPLICAS: many}\n"
    )
    kustomization(repository, "  postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}")
    found = repository.findings()
    assert [text for text in told if any(f'is the text "{text}"' in one for one in found)] == told


def test_a_variable_that_nothing_tells_is_not_judged(repository: Repository) -> None:
    repository.write(OVERLAY.replace("replicas: 2", "replicas: ${REPLICAS}"))
    kustomization(repository, "  postBuild: {substituteFrom: [{kind: Secret, name: hidden}]}")
    assert repository.findings() == []


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("a: $${NAME}", "a: ${NAME}"),
        ("a: $NAME", "a: $NAME"),
        ("a: ${NAME}${NAME}", "a: xx"),
        ("a: ${GONE}", "a: "),
        ("a: ${GONE:=${NAME}}-b", "a: x-b"),
        ("a: ${GONE:-${ALSO:=c}$}", "a: c$"),
        ("a: ${NAME/x/y}", "a: ${NAME/x/y}"),
        ("a: room_${1}", "a: room_"),
        ("a: room_$${1}", "a: room_${1}"),
        ("a: room_$1", "a: room_$1"),
        ("a: ${2nd:=b}", "a: b"),
        ("metadata:\n  annotations:\n    kustomize.toolkit.fluxcd.io/substitute: disabled\na: ${NAME}", None),
    ],
)
def test_what_is_filled_in(written: str, filled: str | None) -> None:
    text = f"a: 1\n---\n{written}\n---\nb: ${{NAME}}\n"
    expected = f"a: 1\n---\n{written if filled is None else filled}\n---\nb: x\n"
    found = substituted(Text.written(text, "web.yaml", 0), Variables({"NAME": "x"}))
    assert found == expected
    assert sum(piece.length for piece in found.pieces) == len(expected)


def test_a_folder_without_a_kustomization(repository: Repository) -> None:
    for name in ("one", "deep/two"):
        text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name[-3:]}}}\n"
        repository.write(f"# file: apps/web/{name}.yaml\n{text}")
    repository.write("# file: apps/web/values.yaml\na: b\n")
    kustomization(repository)
    assert repository.sets()["kustomization/apps"]["objects"] == 2


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "  values: {replicas: many}",
            "Deployment 'shop/web': spec.replicas must be a whole number, is the text \"many\"",
        ),
        ("  releaseName: cart\n  targetNamespace: eu\n  values: {replicas: many}", "Deployment 'eu/cart'"),
        ("  targetNamespace: eu\n  values: {replicas: many}", "Deployment 'eu/eu-web'"),
        ("  valuesFrom: [{kind: ConfigMap, name: values}]", 'is the text "lots"'),
        ("  valuesFrom: [{kind: ConfigMap, name: values, valuesKey: one, targetPath: replicas}]", 'is the text "few"'),
        (
            "  postRenderers: [{kustomize: {patches: [{target: {kind: Deployment}, "
            'patch: \'[{"op": "replace", "path": "/spec/replicas", "value": "none"}]\'}]}}]',
            'is the text "none"',
        ),
    ],
)
def test_a_release(repository: Repository, more: str, told: str) -> None:
    repository.write(CHART)
    repository.write(
        "# file: values.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: values, namespace: shop}\n"
        "data:\n  values.yaml: |\n    replicas: lots\n  one: few\n"
    )
    repository.write(RELEASE.format(more=more))
    assert told in repository.check().output


def test_a_release_that_kustomization_patches(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(RELEASE.format(more="  values: {replicas: 2}"))
    repository.write("# file: releases/kustomization.yaml\nresources: [web.yaml]\npatches: [{path: patch.yaml}]\n")
    repository.write(
        "# file: releases/patch.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        "metadata: {name: web, namespace: shop}\nspec: {values: {replicas: many}}\n"
    )
    assert list(repository.sets()) == ["helmrelease/web", "releases"]
    done = repository.check()
    assert "charts/web/templates/web.yaml:7" in done.output
    assert "releases/patch.yaml:4" in done.output


def test_what_an_artifact_was_copied_from(repository: Repository) -> None:
    repository.write(OVERLAY)
    repository.write(
        "# file: clusters/artifacts.yaml\napiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\n"
        "metadata: {name: split, namespace: flux-system}\nspec:\n  sources: [{alias: repo, kind: GitRepository, name: flux-system}]\n"
        "  artifacts: [{name: apps, copy: [{from: '@repo/apps/**', to: '@artifact/'}]}]\n"
    )
    text = KUSTOMIZATION.format(more="", cluster="prod").replace("./apps/web", "./web")
    repository.write(text.replace("kind: GitRepository, name: flux-system", "kind: ExternalArtifact, name: apps"))
    assert repository.sets()["kustomization/apps"]["objects"] == 1


def test_a_kustomization_that_applies_itself_is_one_set(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write(
        """\
        # file: clusters/prod/flux-system/kustomization.yaml
        resources: [sync.yaml]
        # file: clusters/prod/flux-system/sync.yaml
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: flux-system, namespace: flux-system}
        spec:
          interval: 10m
          prune: true
          path: ./clusters/prod
          sourceRef: {kind: GitRepository, name: flux-system}
        """
    )
    built: list[str] = []
    build = Builder._build

    def counted(self: Builder, planned: PlannedSet, kubernetes: str) -> ApplySet:
        built.append(planned.name)
        return build(self, planned, kubernetes)

    monkeypatch.setattr(Builder, "_build", counted)
    assert [name for name in repository.sets() if name.startswith("kustomization/")] == ["kustomization/flux-system"]
    assert built.count("kustomization/flux-system") <= 3


@pytest.mark.parametrize("by_flux", [True, False])
def test_flux_takes_files_from_beside_a_folder_and_kustomize_does_not(repository: Repository, by_flux: bool) -> None:
    repository.write(OVERLAY.replace("apps/web/web.yaml", "apps/shared/web.yaml").replace("[web", "[../shared/web"))
    if by_flux:
        kustomization(repository)
        assert repository.sets()["kustomization/apps"]["objects"] == 1
    refused = [one for one in repository.findings() if "is not in or below 'apps/web'" in one]
    assert refused == [] if by_flux else len(refused) == 1


def test_a_kustomization_nobody_names_is_built_as_flux_does_where_flux_is_at_work(repository: Repository) -> None:
    repository.write(OVERLAY.replace("apps/web/web.yaml", "apps/shared/web.yaml").replace("[web", "[../shared/web"))
    repository.write(KUSTOMIZATION.format(more="", cluster="prod").replace("./apps/web", "./of/another/repository"))
    assert repository.sets()["apps/web"]["objects"] == 1


def test_an_artifact_is_filled_from_the_nearest_folder_that_has_the_path(repository: Repository) -> None:
    repository.write(OVERLAY.replace("apps/web/", "deploy/apps/web/"))
    text = KUSTOMIZATION.format(more="  targetNamespace: shop", cluster="prod")
    repository.write(
        text.replace("kind: GitRepository", "kind: OCIRepository").replace("clusters/", "deploy/clusters/")
    )
    found = repository.sets()
    assert [(name, one["objects"]) for name, one in found.items() if "web" in name or "apps" in name] == [
        ("kustomization/apps", 1)
    ]


@pytest.mark.parametrize(("by_flux", "told"), [(True, 0), (False, 1)])
def test_flux_applies_server_side(repository: Repository, by_flux: bool, told: int) -> None:
    repository.write(
        "# file: apps/web/kustomization.yaml\nresources: [big.yaml]\n"
        f"# file: apps/web/big.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big}}\ndata: {{v: {'x' * 300_000}}}\n"
    )
    if by_flux:
        kustomization(repository)
    assert len([one for one in repository.findings() if "too-large-to-apply" in one]) == told


@pytest.mark.parametrize(("by_flux", "told"), [(True, 0), (False, 1)])
def test_beside_flux_nobody_is_known_to_run_kubectl(repository: Repository, by_flux: bool, told: int) -> None:
    repository.write(
        "# file: machines/big.yaml\napiVersion: v1\nkind: ConfigMap\n"
        f"metadata: {{name: big}}\ndata: {{v: {'x' * 300_000}}}\n"
    )
    if by_flux:
        kustomization(repository)
        repository.write("# file: apps/web/one.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    assert len([one for one in repository.findings() if "too-large-to-apply" in one]) == told


def test_manifests_in_flow_style_belong_to_the_folder(repository: Repository) -> None:
    repository.write("# file: apps/web/one.yaml\n{apiVersion: v1, kind: ConfigMap, metadata: {name: one}}\n")
    kustomization(repository)
    assert repository.sets()["kustomization/apps"]["objects"] == 1


TURN = """\
# file: {folder}/kustomization.yaml
resources: [{other}.yaml]
# file: {folder}/{other}.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {other}, namespace: flux-system}}
spec:
  interval: 10m
  prune: true
  path: ./{other}
  sourceRef: {{kind: GitRepository, name: flux-system}}
"""


def test_kustomizations_that_apply_each_other_are_followed_once(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write(TURN.format(folder="one", other="two") + TURN.format(folder="two", other="one"))
    asked: list[int] = []
    build = Builder.build

    def counted(self: Builder, planned: PlannedSet, kubernetes: str) -> ApplySet:
        if planned.name == "kustomization/one":
            asked.append(id(planned))
        return build(self, planned, kubernetes)

    monkeypatch.setattr(Builder, "build", counted)
    found = {name: one["objects"] for name, one in repository.sets().items()}
    assert found == {"kustomization/one": 1, "kustomization/two": 1}
    assert len(set(asked)) == 1, "one set, built once however often it is asked for"
    assert len(asked) <= 10  # noqa: PLR2004 - in each of two places, planned, told, and once more when a folder is let go


def test_all_of_an_artifact_is_no_folder_of_this_repository(repository: Repository) -> None:
    repository.write(OVERLAY)
    text = KUSTOMIZATION.format(more="", cluster="prod").replace("kind: GitRepository", "kind: OCIRepository")
    repository.write(text.replace("path: ./apps/web", "path: ./"))
    (found,) = (one for name, one in repository.sets().items() if name.startswith("kustomization/"))
    assert found["objects"] == 0
    assert not found["whole"]


NO_KUSTOMIZATION = """\
# file: shop/ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: till, namespace: shop}
spec:
  defaultBackend: {service: {name: till, port: {number: 80}}}
  tls:
    - hosts:
        - ${TILL_HOST}
# file: shop/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: flux-system}
data: {OTHER: x}
# file: clusters/shop.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./shop
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}
"""


def test_a_fault_in_what_came_to_nothing_stands_in_its_file(repository: Repository) -> None:
    repository.write(NO_KUSTOMIZATION)
    found = repository.findings()
    assert any(one.startswith("shop/ingress.yaml:7: admission:") for one in found), found
    assert any("variable 'TILL_HOST' has no value" in one for one in found)


def test_a_secret_that_lies_open_may_stand_in_for_a_fuller_one(repository: Repository) -> None:
    repository.write(
        NO_KUSTOMIZATION.replace("kind: ConfigMap, name", "kind: Secret, name")
        .replace("kind: ConfigMap\n", "kind: Secret\n")
        .replace("data: {OTHER: x}", "stringData: {OTHER: x}")
    )
    assert repository.findings() == []


RELEASES = """\
# file: apps/{folder}/kustomization.yaml
resources: [release.yaml]
# file: apps/{folder}/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: {folder}, namespace: flux-system}}
spec:
  chart: {{spec: {{chart: till, sourceRef: {{kind: HelmRepository, name: charts}}}}}}
"""


def test_a_base_that_nobody_applies_may_lack_what_others_give(repository: Repository) -> None:
    repository.write(RELEASES.format(folder="spare"))
    lacking = "spec.interval: a value is required"
    assert any(lacking in one for one in repository.findings())
    repository.write(RELEASES.format(folder="web"))
    kustomization(repository)
    found = [one for one in repository.findings() if lacking in one]
    assert len(found) == 1
    assert found[0].startswith("apps/web/release.yaml")


FLEET = """\
# file: fleet/flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./fleet/apps
  sourceRef: {kind: GitRepository, name: flux-system}
# file: fleet/apps/kustomization.yaml
resources: [LISTED]
# file: fleet/apps/other.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: flux-system}
# file: fleet/apps/boat.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: boat, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./boat
  dependsOn: [{name: harbour}]
  postBuild: {substitute: {NAME: boat}}
  sourceRef: {kind: GitRepository, name: flux-system}
# file: boat/kustomization.yaml
resources: [boat.yaml]
# file: boat/boat.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: "${NAME}", namespace: sea}
data: {url: "${NAME}.${FLEET_DOMAIN}"}
"""


@pytest.mark.parametrize(("listed", "told"), [("other.yaml", False), ("boat.yaml", True)])
def test_what_nobody_lists_gets_its_variables_from_who_lists_it(
    repository: Repository, listed: str, told: bool
) -> None:
    repository.write(FLEET.replace("LISTED", listed))
    output = repository.check("-o", "concise").output
    assert ("[variable-without-value]" in output) is told
    assert ("[gitops-object-missing]" in output) is told


SOURCES = """\
# file: crds/kustomization.yaml
resources: [sources.yaml]
# file: crds/sources.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: winch, namespace: flux-system}
spec: {interval: 10m, url: "https://git.example.com/winch/winch", ref: {tag: v1.0.0}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: OTHER, namespace: flux-system}
spec: {interval: 10m, url: "URL"}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: winch, namespace: flux-system}
spec:
  interval: 10m
  prune: false
  sourceRef: {kind: GitRepository, name: winch}
"""


@pytest.mark.parametrize(
    ("other", "url", "whole"),
    [
        ("rudder", "https://git.example.com/rudder/rudder", False),
        ("mirror", "ssh://git@git.example.com/winch/winch.git", True),
    ],
)
def test_the_root_of_one_of_several_sources_is_not_this_repository(
    repository: Repository, other: str, url: str, whole: bool
) -> None:
    repository.write(SOURCES.replace("OTHER", other).replace("URL", url))
    sets = {name.partition("@")[0]: one for name, one in repository.sets().items()}
    assert bool(sets["kustomization/winch"]["objects"]) is whole


LISTED = """\
# file: cluster/kustomization.yaml
resources: [all.yaml]
# file: cluster/all.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: all, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./apps
  sourceRef: {kind: GitRepository, name: flux-system}
  patches:
  - target: {kind: Kustomization}
    patch: |
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: _}
      spec: {postBuild: {substituteFrom: [{kind: Secret, name: domain}]}}
# file: apps/shop/kustomization.yaml
resources: [till.yaml]
# file: apps/shop/till.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: till, namespace: shop}
spec:
  interval: 10m
  prune: true
  path: ./apps/shop/till
  sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}
  postBuild: {substitute: {APP: till}}
# file: apps/shop/till/kustomization.yaml
resources: [map.yaml]
# file: apps/shop/till/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: "${APP}"}
data: {host: "till.${DOMAIN}"}
"""


def test_a_folder_that_a_set_turns_out_to_apply_is_no_set_of_its_own(repository: Repository) -> None:
    """The kustomization at ``apps/shop`` names ``till`` without the variables that ``all`` patches into it."""
    repository.write(LISTED)
    assert sorted(name for name, one in repository.sets().items() if one["origin"] == "Flux") == [
        "kustomization/all",
        "kustomization/till",
    ]
    assert not [one for one in repository.findings() if "variable-without-value" in one]


def test_where_none_gives_them_variables_lack_a_value(repository: Repository) -> None:
    repository.write(
        LISTED.replace("spec: {postBuild: {substituteFrom: [{kind: Secret, name: domain}]}}", "spec: {force: true}")
    )
    assert [one for one in repository.findings() if "variable-without-value" in one and "'DOMAIN'" in one]


PATCHING = """\
# file: fleet/flux/kustomization.yaml
resources: [all.yaml]
# file: fleet/flux/all.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: all, namespace: flux-system, labels: {patched: "false"}}
spec:
  interval: 10m
  prune: true
  path: ./fleet
  sourceRef: {kind: GitRepository, name: flux-system}
  patches:
    - patch: |
        apiVersion: any
        kind: any
        metadata: {name: any}
        spec: {postBuild: {substituteFrom: [{kind: Secret, name: fleet-secrets}]}}
      target: {kind: Kustomization, labelSelector: "patched != false"}
# file: fleet/boats/kustomization.yaml
resources: [boat.yaml]
# file: fleet/boats/boat.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: boat, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./boat
  postBuild: {substitute: {NAME: boat}}
  sourceRef: {kind: GitRepository, name: flux-system}
# file: boat/boat.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: "${NAME}", namespace: sea}
data: {url: "${NAME}.${FLEET_DOMAIN}"}
"""


@pytest.mark.parametrize("patched", [True, False])
def test_what_a_folder_held_is_what_its_kustomization_makes_of_it(repository: Repository, patched: bool) -> None:
    """The folders are sets until the Kustomization in one of them says that Flux builds all of them, with its patches."""
    repository.write(PATCHING if patched else PATCHING.replace("patched != false", "patched == true"))
    assert [name for name in repository.sets() if "boat" in name] == ["kustomization/boat"]
    assert ("[variable-without-value]" in repository.check("-o", "concise").output) is not patched


OF_A_SECRET = """\
# file: clusters/prod/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./apps/web
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substituteFrom: [{kind: SOURCE, name: domains}]}
# file: clusters/prod/domains.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: domains, namespace: flux-system}
data: {DOMAIN: "a b"}
# file: apps/web/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec:
  interval: 10m
  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}
  values: {url: "https://s3.${DOMAIN}"}
# file: charts/web/Chart.yaml
apiVersion: v2
name: web
version: 1.0.0
# file: charts/web/values.yaml
url: https://s3.example.com
# file: charts/web/templates/web.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {host: "{{ (urlParse .Values.url).host }}"}
"""


@pytest.mark.parametrize(("source", "told"), [("Secret", False), ("ConfigMap", True)])
def test_a_chart_that_fails_by_what_only_the_cluster_holds(repository: Repository, source: str, told: bool) -> None:
    repository.write(OF_A_SECRET.replace("SOURCE", source))
    assert ("urlParse" in repository.check().output) is told


@pytest.mark.parametrize(("chart", "told"), [("kustomize-mutating-webhook", False), ("mutating-things", True)])
def test_a_webhook_that_gives_every_kustomization_variables(repository: Repository, chart: str, told: bool) -> None:
    repository.write(
        PATCHING.replace("patched != false", "patched == true")
        + f"""\
# file: fleet/boats/webhook.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: hook, namespace: flux-system}}
spec:
  interval: 10m
  chart: {{spec: {{chart: {chart}, sourceRef: {{kind: HelmRepository, name: hooks, namespace: flux-system}}}}}}
"""
    )
    assert ("[variable-without-value]" in repository.check("-o", "concise").output) is told
