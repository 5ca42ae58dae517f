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


def test_each_environment_of_a_helmfile_is_a_world(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(
        """\
        # file: helmfile.yaml
        bases:
        - environments.yaml
        ---
        releases:
        - name: cart
          namespace: {{ .Values.namespace }}
          chart: ./charts/web
          condition: cart.enabled
          values:
          - {replicas: {{ .Values.cart.replicas }}}
          - more.yaml.gotmpl
        # file: more.yaml.gotmpl
        note: {{ .Release.Name }} in {{ .Environment.Name }}
        # file: environments.yaml
        environments:
          dev:
            values: [{cart: {enabled: false}, namespace: dev}]
          staging:
            values: [{cart: {enabled: true, replicas: 2}, namespace: staging}]
          prod:
            values:
            - prod.yaml
            - {namespace: shop}
            - gone.yaml
        # file: prod.yaml
        cart: {enabled: true, replicas: many}
        """
    )
    found = repository.sets()
    assert set(found) == {"staging/cart", "prod/cart"}
    assert found["staging/cart"]["missing"] == []
    assert found["prod/cart"]["missing"] == ["gone.yaml is not there"]
    assert "environment 'prod'" in found["prod/cart"]["why"]
    (finding,) = [one for one in repository.findings() if "wrong-type" in one or "replicas" in one]
    assert 'is the text "many" (in prod/cart; not in staging/cart)' in finding
    assert "prod.yaml:1:33" in repository.check().output


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


def test_what_skaffold_deploys_with_a_profile(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(
        """\
        # file: plain/one.yaml
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one}
        # file: plain/two.yaml
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: two}
        # file: skaffold.yaml
        apiVersion: skaffold/v4beta11
        kind: Config
        metadata: {name: shop}
        manifests:
          rawYaml: [plain/one.yaml]
        profiles:
        - name: quick
          build: {local: {push: false}}
        - name: charts
          manifests:
            helm:
              releases:
              - {name: cart, chartPath: charts/web, setValues: {replicas: many}}
        - name: both
          patches:
          - {op: add, path: /manifests/rawYaml/-, value: plain/two.yaml}
        - name: none
          patches:
          - {op: replace, path: /deploy/kubectl/manifests, value: [plain/two.yaml]}
        """
    )
    found = repository.sets()
    assert {name: one["objects"] for name, one in found.items()} == {
        "shop": 1,
        "shop+charts": 2,
        "shop+both": 2,
        "shop+none": 0,
    }
    assert "leads nowhere" in found["shop+none"]["missing"][0]
    assert 'is the text "many"' in repository.findings()[0]


def test_what_skaffold_sets_below_a_path(repository: Repository) -> None:
    repository.write(
        """\
        # file: charts/lamp/Chart.yaml
        apiVersion: v2
        name: lamp
        version: 1.0.0
        # file: charts/lamp/values.yaml
        labels: {}
        ports: []
        # file: charts/lamp/templates/service.yaml
        apiVersion: v1
        kind: Service
        metadata:
          name: lamp
          labels:
            {{- toYaml .Values.labels | nindent 4 }}
        spec:
          selector: {app: lamp}
          ports: [{port: {{ index .Values.ports 0 }}}]
        # file: skaffold.yaml
        apiVersion: skaffold/v4beta11
        kind: Config
        metadata: {name: shop}
        manifests:
          helm:
            releases:
            - {name: lamp, chartPath: charts/lamp, setValues: {labels: {room: hall}, ports: [80]}}
        """
    )
    assert repository.sets()["shop"]["objects"] == 1
    assert not repository.findings()
