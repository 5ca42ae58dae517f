"""What helmfile and Skaffold name."""

from __future__ import annotations

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY


def test_releases_of_helmfile(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(
        """\
        # file: deploy/prod.yaml
        replicas: many
        # file: deploy/helmfile.yaml
        releases:
        - name: cart
          namespace: shop
          chart: ../charts/web
          values: [prod.yaml]
        - name: cache
          chart: bitnami/redis
        - name: off
          chart: ../charts/web
          installed: false
        """
    )
    found = repository.sets()
    assert set(found) == {"cart", "cache"}
    assert found["cache"]["missing"] == ["chart 'bitnami/redis' is not in this repository"]
    output = repository.check().output
    assert "Deployment 'shop/cart'" in output
    assert "deploy/prod.yaml:1:11" in output


def test_a_helmfile_with_templates(repository: Repository) -> None:
    repository.write(CHART)
    text = (
        "releases:\n- name: {{ .Environment.Name }}-web\n  chart: ./charts/web\n  set: [{name: replicas, value: few}]\n"
    )
    repository.write(f"# file: helmfile.yaml.gotmpl\n{text}")
    repository.write(f"# file: helmfile.yaml\n{text}")
    assert "default-web" in repository.sets()
    assert 'is the text "few"' in repository.findings()[0]


def test_what_skaffold_deploys(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(OVERLAY)
    repository.write(
        """\
        # file: plain/one.yaml
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one}
        # file: skaffold.yaml
        apiVersion: skaffold/v4beta11
        kind: Config
        metadata: {name: shop}
        manifests:
          rawYaml: [plain/*.yaml]
          kustomize: {paths: [apps/web]}
          helm:
            releases:
            - {name: cart, chartPath: charts/web, setValues: {replicas: many}}
        """
    )
    found = repository.sets()
    assert list(found) == ["shop"]
    assert found["shop"]["objects"] == 3
    assert 'is the text "many"' in repository.findings()[0]
