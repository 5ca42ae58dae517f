"""What a kustomization comes to, where it comes from, and what stops it."""

from __future__ import annotations

import pytest

from kubelens.render.kustomize.build import Built, build
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.loading import FileSet, MappingReader

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
      - name: api
        image: shop/api:1.0
        envFrom:
        - configMapRef:
            name: settings
"""


def built(folder: str = "app", **files: str) -> Built:
    return build(
        FileSet(MappingReader({name.replace("__", "/"): text for name, text in files.items()}), "/repo"), folder
    )


def refused(**files: str) -> BuildFault:
    with pytest.raises(BuildFault) as caught:
        built(**files)
    return caught.value


def lines_of(found: Built, text: str) -> set[tuple[str, int]]:
    """(file, offset) of all that the first line with ``text`` comes from."""
    for one in found.objects:
        whole = one.sourced()
        assert whole == one.text
        at = whole.find(text)
        if at >= 0:
            return {(origin.file, origin.start) for origin in whole.origins_of(at, at + len(text))}
    raise AssertionError(text)


def test_names_and_their_references_follow() -> None:
    found = build(
        FileSet(
            MappingReader(
                {
                    "base/kustomization.yaml": "resources: [api.yaml]\nconfigMapGenerator:\n- {name: settings, literals: [a=1]}\n",
                    "base/api.yaml": DEPLOYMENT,
                    "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\n",
                }
            )
        ),
        "prod",
    )
    config, deployment = found.objects
    name = config.text.split("name: ")[1].strip()
    assert name.startswith("prod-settings-")
    assert f"name: {name}\n" in deployment.text


def test_a_value_comes_from_who_wrote_it_last() -> None:
    overlay = "resources: [../base]\nimages:\n- name: shop/api\n  newTag: '2.0'\n"
    files = {
        "base/kustomization.yaml": "resources: [api.yaml]\n",
        "base/api.yaml": DEPLOYMENT,
        "prod/kustomization.yaml": overlay,
    }
    found = build(FileSet(MappingReader(files)), "prod")
    assert lines_of(found, "shop/api:2.0") == {
        ("prod/kustomization.yaml", overlay.index("2.0")),
        ("base/api.yaml", DEPLOYMENT.index("shop/api:1.0")),
    }
    assert lines_of(found, "envFrom") == {("base/api.yaml", DEPLOYMENT.index("envFrom"))}


def test_a_patch_written_in_place_keeps_its_places() -> None:
    text = (
        "resources: [api.yaml]\npatches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n"
        "    metadata: {name: api}\n    spec:\n      paused: true\n"
    )
    found = built(**{"app/kustomization.yaml": text, "app/api.yaml": DEPLOYMENT})
    assert lines_of(found, "paused: true") == {
        ("app/kustomization.yaml", text.index("paused")),
        ("app/kustomization.yaml", text.index("true")),
    }


def test_what_stands_elsewhere_is_named_and_not_fetched() -> None:
    found = built(
        **{
            "app/kustomization.yaml": "resources:\n- https://example.org/base.yaml\n- github.com/org/repo//base?ref=v1\n- api.yaml\n",
            "app/api.yaml": DEPLOYMENT,
        }
    )
    assert len(found.objects) == 1
    assert ["example.org" in one.what or "github.com" in one.what for one in found.missing] == [True, True]
    assert all(one.origin is not None and one.origin.file == "app/kustomization.yaml" for one in found.missing)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("resources: [../other/api.yaml]", "security; file '/repo/other/api.yaml' is not in or below '/repo/app'"),
        ("resources: [/etc/passwd]", "security; file '/etc/passwd' is not in or below '/repo/app'"),
        ("configMapGenerator: [{name: a, files: [../../../etc/passwd]}]", "is not in or below '/repo/app'"),
        ("resources: [.]", "cycle detected: candidate root '/repo/app' contains visited root '/repo/app'"),
    ],
)
def test_nothing_outside_is_read(settings: str, message: str) -> None:
    fault = refused(**{"app/kustomization.yaml": settings, "other/api.yaml": DEPLOYMENT})
    assert message in str(fault)
    assert fault.origin is not None
    assert fault.origin.file == "app/kustomization.yaml"


def test_what_is_above_the_root_is_missing() -> None:
    text = "resources: [../../../up, api.yaml]\n"
    found = built(**{"app/kustomization.yaml": text, "app/api.yaml": DEPLOYMENT})
    (missing,) = found.missing
    assert "'../../../up' leads out of what is looked at" in missing.what
    assert len(found.objects) == 1


def test_a_fault_stands_where_it_is_asked_for() -> None:
    text = "resources: [api.yaml]\npatches:\n- path: gone.yaml\n"
    fault = refused(**{"app/kustomization.yaml": text, "app/api.yaml": DEPLOYMENT})
    assert "lstat /repo/app/gone.yaml: no such file or directory" in str(fault)
    assert fault.origin is not None
    assert text[fault.origin.start : fault.origin.end] == "gone.yaml"


def test_a_label_stays_one_node_wherever_a_transformer_put_it() -> None:
    files = {
        "base/kustomization.yaml": "resources: [api.yaml]\nlabels: [{pairs: {tier: one}, includeSelectors: true}]\n",
        "base/api.yaml": DEPLOYMENT,
        "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
        "prod/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n"
        "spec: {template: {metadata: {labels: {tier: two}}}}\n",
    }
    assert build(FileSet(MappingReader(files)), "prod").text.count("tier: two") == 3


def test_files_are_parsed_once_for_all_builds() -> None:
    files = FileSet(
        MappingReader(
            {
                "base/kustomization.yaml": "resources: [api.yaml]\n",
                "base/api.yaml": DEPLOYMENT,
                "a/kustomization.yaml": "resources: [../base]\nnamePrefix: a-\n",
                "b/kustomization.yaml": "resources: [../base]\nnamePrefix: b-\n",
            }
        )
    )
    first, second, again = (build(files, folder).text for folder in ("a", "b", "a"))
    assert "name: a-api" in first
    assert "name: b-api" in second
    assert again == first


def test_anchors_that_multiply_are_refused() -> None:
    levels = "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  l0: &l0 [x, x]\n{levels}"
    fault = refused(**{"app/kustomization.yaml": "resources: [a.yaml]", "app/a.yaml": text})
    assert "excessive aliasing" in str(fault)


CHART = {
    "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "charts/shop/values.yaml": "tag: one\nport: 80\nextra: {a: 1, b: 2}\n",
    "charts/shop/templates/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-cm\n"
    "  namespace: {{ .Release.Namespace }}\ndata:\n  tag: {{ .Values.tag }}\n  port: {{ .Values.port | quote }}\n"
    "  extra: {{ .Values.extra | toJson | quote }}\n",
}


def test_a_chart_beside_the_kustomization_is_rendered() -> None:
    text = (
        "namespace: prod\nhelmCharts:\n- name: shop\n  releaseName: web\n  valuesFile: values-prod.yaml\n"
        "  valuesInline: {tag: two, extra: {b: null}}\nnamePrefix: x-\n"
    )
    files = {"kustomization.yaml": text, "values-prod.yaml": "tag: prod\nport: 8080\nextra: {a: 5, b: 6}\n", **CHART}
    found = build(FileSet(MappingReader(files)), "")
    (one,) = found.objects
    assert "name: x-web-cm\n" in one.text
    assert "namespace: prod\n" in one.text
    assert "tag: two\n" in one.text
    assert 'port: "8080"\n' in one.text
    template, values = CHART["charts/shop/templates/cm.yaml"], files["values-prod.yaml"]
    assert lines_of(found, "two") == {
        ("charts/shop/templates/cm.yaml", template.index("{{ .Values.tag")),
        ("kustomization.yaml", text.index("two")),
    }
    assert ("values-prod.yaml", values.index("8080")) in lines_of(found, "8080")


def test_a_generator_s_chart_is_rendered_where_it_is_here() -> None:
    generator = "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: NAME}\n"
    files = {
        "app/kustomization.yaml": "generators: [here.yaml, there.yaml]\n",
        "app/here.yaml": f"{generator.replace('NAME', 'one')}name: web\nreleaseName: shop\nchartHome: packed\n",
        "app/there.yaml": f"{generator.replace('NAME', 'two')}name: redis\nrepo: https://charts.example.com\n",
        "app/packed/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "app/packed/web/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n",
    }
    found = built(**files)
    assert [one.kind_and_name for one in found.objects] == [("ConfigMap", "shop")]
    assert ["'redis' of https://charts.example.com" in one.what for one in found.missing] == [True]


def test_a_chart_of_a_repository_is_missing() -> None:
    text = "helmCharts:\n- {name: shop, repo: https://charts.example, version: 1.0.0}\n"
    found = build(FileSet(MappingReader({"kustomization.yaml": text})), "")
    assert [one.what for one in found.missing] == ["chart 'shop' of https://charts.example is not in the repository"]


def test_numbers_stay_numbers_through_a_json_patch_and_variables() -> None:
    files = {
        "kustomization.yaml": "resources: [svc.yaml]\npatches:\n- target: {kind: Service}\n  patch: |-\n"
        "    - {op: add, path: /spec/ports/-, value: {port: 90}}\n"
        "vars:\n- {name: HOST, objref: {kind: Service, name: web, apiVersion: v1}}\n",
        "svc.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n",
    }
    assert build(FileSet(MappingReader(files)), "").text.endswith("  - port: 80\n  - port: 90\n")


@pytest.mark.parametrize(
    ("patch", "taken"),
    [
        ('[{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}]', True),
        ("- {op: add, path: /metadata/labels, value: {a: b}}", True),
        ("[{op: add, path: /metadata/labels, value: {a: b}}]", False),
        ('[{"op": "add", "path": "/metadata/labels", "value": NaN}]', False),
    ],
)
def test_a_patch_that_begins_with_a_bracket_is_json(patch: str, taken: bool) -> None:
    files = {
        "app/kustomization.yaml": f"resources: [api.yaml]\npatches:\n- target: {{kind: Deployment}}\n  patch: '{patch}'\n",
        "app/api.yaml": DEPLOYMENT,
    }
    if taken:
        assert "labels:\n    a: b" in built(**{name.replace("/", "__"): text for name, text in files.items()}).text
    else:
        fault = refused(**{name.replace("/", "__"): text for name, text in files.items()})
        assert "unable to parse SM or JSON patch" in str(fault)


def test_a_chart_that_is_not_allowed_is_told_with_the_folder_of_charts_that_all_share() -> None:
    text = "helmGlobals: {chartHome: ../charts}\nhelmCharts:\n- {name: web, additionalValuesFiles: [more.yaml]}\n"
    files = FileSet(MappingReader({"app/kustomization.yaml": text}), "/repo")
    with pytest.raises(BuildFault) as caught:
        build(files, "app", helm=False)
    assert str(caught.value) == (
        "trouble configuring builtin HelmChartInflationGenerator with config: `\n"
        "additionalValuesFiles:\n- more.yaml\nchartHome: ../charts\nname: web\n`: must specify --enable-helm"
    )


def test_replacements_from_beside_the_folder_are_told_as_go_names_their_field() -> None:
    files = {
        "app/kustomization.yaml": "replacements:\n- path: ../shared/versions.yaml\n",
        "shared/versions.yaml": "[]\n",
    }
    assert str(refused(**files)) == (
        "trouble configuring builtin ReplacementTransformer with config: `\nReplacements:\n- path: ../shared/versions.yaml\n`: "
        "security; file '/repo/shared/versions.yaml' is not in or below '/repo/app'"
    )


def test_a_generator_of_charts_that_is_not_allowed_is_told_as_a_generator() -> None:
    files = {
        "app/kustomization.yaml": "generators: [chart.yaml]\n",
        "app/chart.yaml": "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: web-chart}\nname: web\n",
    }
    with pytest.raises(BuildFault) as caught:
        build(FileSet(MappingReader(files), "/repo"), "app", helm=False)
    assert str(caught.value) == (
        "loading generator plugins: failed to load generator: "
        "plugin HelmChartInflationGenerator.builtin.[noGrp]/web-chart.[noNs] fails configuration: must specify --enable-helm"
    )


def test_folders_that_take_each_other_in_are_told_as_a_cycle() -> None:
    fault = refused(
        **{"app/kustomization.yaml": "resources: [../base]\n", "base/kustomization.yaml": "resources: [../app]\n"}
    )
    assert fault.reason == "cycle detected: candidate root '/repo/app' contains visited root '/repo/app'"
    assert fault.origin is not None
    assert fault.origin.file == "base/kustomization.yaml"


@pytest.mark.parametrize("kind", ["secretGenerator", "configMapGenerator"])
def test_data_of_a_generator_comes_from_its_entry(kind: str) -> None:
    text = f"{kind}:\n- {{name: one, literals: [a=b]}}\n- {{name: two, literals: [a=c]}}\n"
    found = built(**{"app/kustomization.yaml": text})
    whole = found.objects[1].sourced()
    at = whole.find("data:")
    (origin,) = whole.origins_of(at, at + len("data"))
    assert text[origin.start :].startswith("two")
