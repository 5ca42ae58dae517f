"""A prediction is about one world: of several copies of an application somebody says which."""

from __future__ import annotations

from click.testing import CliRunner, Result

from kubelens.cli.commands import cli
from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY
from tests.engine.sets.test_argo_cd import APPLICATION

OVERLAYS = """\
# file: prod/kustomization.yaml
resources: [../apps/web]
replicas: [{name: web, count: 3}]
# file: dev/kustomization.yaml
resources: [../apps/web]
replicas: [{name: web, count: 1}]
"""


def predict(*words: str) -> Result:
    return CliRunner().invoke(cli, ["predict", *words])


def test_several_copies_ask_for_a_choice(repository: Repository) -> None:
    repository.write(OVERLAY)
    repository.write(OVERLAYS)
    done = predict("rollout", ".")
    assert done.exit_code == 2
    assert "Deployment 'default/web' is in several sets: dev, prod; choose with --in NAME" in done.stderr
    assert "desired 3" in predict("rollout", ".", "--in", "prod").output
    assert "desired 1" in predict("rollout", ".", "--in", "dev").output


def test_sets_that_do_not_clash_are_one_world(repository: Repository) -> None:
    repository.write(OVERLAY)
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
    )
    repository.write(
        f"# file: services/kustomization.yaml\nresources: [web.yaml]\n# file: services/web.yaml\n{service}"
    )
    done = predict("endpoints", ".")
    assert done.exit_code == 0, done.output
    assert "web" in done.stdout


def test_namespace_release_and_cluster_are_those_of_the_set(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(
        """\
        # file: kubelens.toml
        [[apply-sets]]
        path = "charts/web"
        name = "prod"
        set = ["replicas=3"]
        namespace = "shop"
        release-name = "cart"
        cluster = {nodes = "1x1cpu,1Gi"}
        [[apply-sets]]
        path = "charts/web"
        name = "dev"
        namespace = "shop"
        release-name = "cart"
        cluster = {nodes = "2x1cpu,1Gi"}
        """
    )
    assert predict("schedule", ".").exit_code == 2
    done = predict("schedule", ".", "--in", "prod", "--format", "json")
    assert done.stdout.count('"shop/cart-') >= 3
    assert "no nodes given" not in done.stderr


def test_an_application_of_argo_cd(repository: Repository) -> None:
    repository.write(CHART)
    helm = "    helm: {valuesObject: {replicas: 4}}"
    repository.write(APPLICATION.format(sources=f"  source:\n    repoURL: https://x/y\n    path: charts/web\n{helm}"))
    assert "Deployment 'shop/web'" in predict("apply", ".", "--in", "application/web").output
    assert "desired 4" in predict("rollout", ".").output


def test_values_beside_a_chart_are_asked_for_by_name(repository: Repository) -> None:
    repository.write(CHART)
    repository.write("# file: charts/web/values-prod.yaml\nreplicas: 5\n")
    assert "desired 2" in predict("rollout", ".").output
    assert "desired 5" in predict("rollout", ".", "--in", "charts/web+values-prod.yaml").output


def test_places_are_those_that_somebody_wrote(repository: Repository) -> None:
    repository.write(
        """\
        # file: access/kustomization.yaml
        resources: [role.yaml]
        namespace: shop
        # file: access/role.yaml
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reads}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reads}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reads}
        subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
        """
    )
    done = predict("can", "shop/web", "get", "pods", "-n", "shop")
    assert done.exit_code == 0, done.output
    assert "access/role.yaml:" in done.output
    assert "(built" not in done.output


def test_a_rollout_against_what_the_set_was(repository: Repository) -> None:
    for folder, count in (("old", 2), ("new", 4)):
        repository.write(OVERLAY.replace("# file: ", f"# file: {folder}/").replace("replicas: 2", f"replicas: {count}"))
    done = predict("rollout", "new", "--against", "old")
    assert "2 ready of 4" in done.output, done.output
