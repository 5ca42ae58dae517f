"""Files that hold parts of objects, or no objects at all, are not judged as whole ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command

PART = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n"
CHAINSAW = """\
apiVersion: chainsaw.kyverno.io/v1alpha1
kind: Test
metadata: {{name: test}}
spec:
  steps:
  - try:
    - apply: {{file: other.yaml}}
    - {operation}: {{file: {file}}}
"""
STEP = """\
apiVersion: chainsaw.kyverno.io/v1alpha1
kind: StepTemplate
metadata: {name: step}
spec:
  finally:
  - assert: {file: ../case/part.yaml}
"""
KUTTL = "apiVersion: kuttl.dev/v1beta1\nkind: TestStep\nassert: [part.yaml]\n"


def check(folder: Path, **texts: str) -> str:
    (folder / "case").mkdir()
    for name, text in texts.items():
        (folder / "case" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, ["--output", "concise", "--isolated", str(folder)]).output


def test_a_part_by_itself_is_refused(tmp_path: Path) -> None:
    assert "spec.selector: a value is required" in check(tmp_path, part=PART)


@pytest.mark.parametrize(
    "test",
    [
        CHAINSAW.format(operation="assert", file="part.yaml"),
        CHAINSAW.format(operation="error", file="./part.yaml"),
        CHAINSAW.format(operation="patch", file="'pa*.yaml'"),
        STEP,
        KUTTL,
    ],
)
def test_what_a_test_expects_is_a_part(tmp_path: Path, test: str) -> None:
    assert "spec.selector" not in check(tmp_path, part=PART, test=test)


def test_what_a_test_applies_is_whole(tmp_path: Path) -> None:
    test = CHAINSAW.format(operation="create", file="part.yaml")
    assert "spec.selector: a value is required" in check(tmp_path, part=PART, test=test)


def test_a_kubeconfig_is_no_manifest(tmp_path: Path) -> None:
    out = check(tmp_path, config="apiVersion: v1\nkind: Config\nclusters: []\ncurrent-context: a\n")
    assert "unknown-kind" not in out
    assert "1 not Kubernetes" in out


def test_a_config_with_a_name_is_a_mistake(tmp_path: Path) -> None:
    assert "did you mean 'ConfigMap'" in check(tmp_path, a="apiVersion: v1\nkind: Config\nmetadata: {name: a}\n")


def test_openshift_s_first_kinds_are_no_errors_but_no_server_has_them(tmp_path: Path) -> None:
    template = "apiVersion: v1\nkind: Template\nmetadata: {name: a}\nobjects: []\n"
    out = check(tmp_path, a=template, b=template.replace("Template", "Route"))
    assert "OpenShift serves it as template.openshift.io/v1" in out
    assert "OpenShift serves it as route.openshift.io/v1" in out
    assert out.rstrip().splitlines()[-1].startswith("2 warnings in 2 of 2 objects")


UNFILLED = """\
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: $APP_NAME}
spec: {replicas: -1, selector: {matchLabels: {app: $APP_NAME}}}
"""


def test_versions_and_kinds_are_judged_before_a_template_is_filled_in(tmp_path: Path) -> None:
    out = check(tmp_path, a=UNFILLED, b=UNFILLED.replace("extensions/v1beta1", "$VERSION"))
    assert "extensions/v1beta1 Deployment is gone since Kubernetes 1.16" in out
    assert out.count("error[") == 1
    assert "2 templates" in out


ALB = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations: {alb.ingress.kubernetes.io/actions.redirect: '{}'}
spec:
  rules:
  - http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: redirect, port: {name: PORT}}}}
---
apiVersion: v1
kind: Service
metadata: {name: redirect}
spec: {ports: [{name: http, port: 80}], selector: {app: web}}
"""


def test_an_action_of_the_load_balancer_is_no_service(tmp_path: Path) -> None:
    assert "service-port-missing" not in check(tmp_path, shop=ALB.replace("PORT", "use-annotation"))


def test_other_ports_are(tmp_path: Path) -> None:
    assert "service-port-missing" in check(tmp_path, shop=ALB.replace("PORT", "https"))


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'web:1'}]}\n"
NODE = "---\napiVersion: v1\nkind: Node\nmetadata: {name: one}\n"


def test_nodes_that_do_not_say_what_they_hold_are_no_cluster(tmp_path: Path) -> None:
    assert "unschedulable" not in check(tmp_path, all=POD + NODE)


HOLDING = NODE + "status: {allocatable: {cpu: 1, memory: 1Gi, pods: 9}}\n"
BIG = "---\n" + POD.replace("web}", "big}").replace("image:", "resources: {requests: {cpu: 2}}, image:")


def test_nodes_of_a_cluster_are(tmp_path: Path) -> None:
    out = check(tmp_path, all=POD + HOLDING + BIG)
    assert "Pod 'big' fits on no node" in out
    assert "'web' fits" not in out


def test_nodes_on_which_nothing_fits_are_another_cluster_s(tmp_path: Path) -> None:
    assert "unschedulable" not in check(tmp_path, all=HOLDING + BIG)


def test_vendored_modules_are_not_entered(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "bad.yaml").write_text("apiVersion: v1\nkind: [", encoding="utf-8")
    assert "yaml-syntax" in check(tmp_path, a=POD)
    (tmp_path / "vendor" / "modules.txt").write_text("# k8s.io/api v0.36.0\n", encoding="utf-8")
    assert "yaml-syntax" not in CliRunner().invoke(command, ["-o", "concise", "--isolated", str(tmp_path)]).output


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {ports: [{port: 80}], selector: {app: web}}\n"


@pytest.mark.parametrize("name", ['"${NAME}"', "$NAME", "'web-${NAME:=one}'", "'{{ name }}'"])
def test_a_variable_is_filled_in_before(tmp_path: Path, name: str) -> None:
    out = check(tmp_path, a=SERVICE.replace("NAME", name, 1))
    assert "error" not in out
    assert "1 template" in out


def test_a_variable_is_no_wrong_type(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, a=SERVICE.replace("port: 80", "port: '${PORT}'"))


def test_other_characters_are_not(tmp_path: Path) -> None:
    assert "error[admission]" in check(tmp_path, a=SERVICE.replace("NAME", "$name"))


TOKEN = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: "a:1"}]
  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]
"""


def test_every_pod_gets_a_service_account(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, a=TOKEN)


OWNED = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
  ownerReferences: [{kind: Database, name: db, controller: true}]
spec: {replicas: 3}
"""


def test_what_a_controller_is_expected_to_make_is_not_applied(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, a=OWNED)


def test_an_owner_somebody_writes_needs_a_uid(tmp_path: Path) -> None:
    assert "ownerReferences" in check(tmp_path, a=OWNED.replace(", controller: true", ""))


def test_a_file_of_another_tool_has_a_kind_too(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, a="kind: Addons\nmetadata: {name: a}\nspec: {}\n")


def test_a_kind_of_kubernetes_needs_a_version(tmp_path: Path) -> None:
    out = check(tmp_path, a="kind: Deployment\nmetadata: {name: a}\nspec: {}\n")
    assert "apiVersion is missing; apps/v1 has kind 'Deployment'" in out


def test_a_file_called_patch_is_a_part(tmp_path: Path) -> None:
    assert "error" not in check(tmp_path, patch=PART)


OLD = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {}\n"
NEW = OLD.replace("v1beta1", "v1").replace("spec: {}", "spec: {selector: {matchLabels: {app: web}}}")


def test_a_release_that_is_kept_is_left_as_it_was(tmp_path: Path) -> None:
    assert "removed-api" not in check(tmp_path, **{"install_v0.9.1": OLD, "install_v0.10.0": NEW})


def test_the_newest_release_is_judged(tmp_path: Path) -> None:
    assert "removed-api" in check(tmp_path, **{"install_v0.9.1": NEW, "install_v0.10.0": OLD})


def test_a_release_alone_is_judged(tmp_path: Path) -> None:
    assert "removed-api" in check(tmp_path, **{"install_v0.9.1": OLD, "all": NEW})


@pytest.mark.parametrize(
    ("name", "whole"),
    [("web", True), ("web-patches", False), ("patches", False), ("dispatches", True), ("web-patch-job", True)],
)
def test_files_that_are_called_patches_hold_parts(tmp_path: Path, name: str, whole: bool) -> None:
    """A component's, which kustomizations elsewhere take: what makes one patch is called by that word too."""
    assert ("spec.selector" in check(tmp_path, **{name: PART})) is whole


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("apiVersion: v1alpha1\nkind: DiskConfig\nname: data\n", False),
        ("apiVersion: v1\nkind: DiskConfig\nname: data\n", True),
    ],
)
def test_the_core_api_has_one_version(tmp_path: Path, text: str, told: bool) -> None:
    """Of another, without metadata, a program reads its own settings (Talos)."""
    assert ("unknown-kind" in check(tmp_path, plain=PART.replace("replicas", "paused"), settings=text)) is told


@pytest.mark.parametrize("version", ["backstage.io/v1alpha1", "scaffolder.backstage.io/v1beta3"])
def test_the_files_of_a_catalogue_are_no_objects(tmp_path: Path, version: str) -> None:
    text = f"apiVersion: {version}\nkind: Component\nmetadata: {{name: web}}\nspec: {{type: service}}\n"
    assert "without a definition" not in check(tmp_path, settings=text)


def test_a_route_without_a_host_gets_one(tmp_path: Path) -> None:
    """OpenShift's API server decodes what it has built in, and holds no schema of a CustomResourceDefinition against it."""
    text = (
        "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: web}\n"
        "spec: {host: '', to: {kind: Service, name: web}}\n"
    )
    assert "custom-resource-schema" not in check(tmp_path, route=text)
    (tmp_path / "case" / "route.yaml").write_text(text.replace("host: ''", "host: [a]"), encoding="utf-8")
    again = CliRunner().invoke(command, ["--output", "concise", "--isolated", str(tmp_path)]).output
    assert "custom-resource-schema" in again


@pytest.mark.parametrize(("listed", "told"), [("[scale.yaml]", True), ("[]", False)])
def test_what_a_kustomization_comes_to_waits_for_nothing(tmp_path: Path, listed: str, told: bool) -> None:
    """An object without its core that nobody lists may be a patch; one that is built is applied as it stands."""
    part = PART.replace("replicas: 2", "replicas: few")
    (tmp_path / "kustomization.yaml").write_text("resources: [case]\n", encoding="utf-8")
    out = check(tmp_path, scale=part, kustomization=f"resources: {listed}\nconfigMapGenerator: [{{name: web}}]\n")
    assert ("spec.replicas must be a whole number" in out) is told


SUITE = """\
apiVersion: test.gatekeeper.sh/v1alpha1
kind: Suite
metadata: {{name: planks}}
tests:
- name: planks
  template: template.yaml
  constraint: constraint.yaml
  cases:
  - {{name: no, object: {file}, inventory: [samples/there.yaml], assertions: [{{violations: yes}}]}}
"""
NOTHING_RUNS = "apiVersion: v1\nkind: Pod\nmetadata: {name: planks}\nspec: {containers: []}\n"


@pytest.mark.parametrize(
    ("file", "told"), [("samples/pod.yaml", False), ("samples/other.yaml", True), ("../pod.yaml", True)]
)
def test_what_gator_shows_to_a_policy_is_applied_by_nobody(tmp_path: Path, file: str, told: bool) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "suite.yaml").write_text(SUITE.format(file=file))
    (tmp_path / "samples/pod.yaml").write_text(NOTHING_RUNS)
    output = CliRunner().invoke(command, [str(tmp_path), "-o", "concise", "--isolated", "--no-cache"]).output
    assert ("[admission]" in output) is told


@pytest.mark.parametrize(("name", "told"), [("backup.tmpl.yaml", False), ("backup.yaml", True)])
def test_who_fills_in_a_template_names_what_it_makes(tmp_path: Path, name: str, told: bool) -> None:
    (tmp_path / name).write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\ndata: {a: b}\n")
    output = CliRunner().invoke(command, [str(tmp_path), "-o", "concise", "--isolated", "--no-cache"]).output
    assert ("must have a name or a generateName" in output) is told


def test_a_template_is_judged_but_for_its_name(tmp_path: Path) -> None:
    (tmp_path / "backup.tmpl.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\ndata: {a: [b]}\n")
    output = CliRunner().invoke(command, [str(tmp_path), "-o", "concise", "--isolated", "--no-cache"]).output
    assert "data[a]" in output or "data.a" in output


@pytest.mark.parametrize(("version", "told"), [("1.0.0", False), ("2.2.0-latest", False), ("v1", True)])
def test_a_version_of_another_format_lacks_no_kind(tmp_path: Path, version: str, told: bool) -> None:
    (tmp_path / "devfile.yaml").write_text(f"apiVersion: {version}\nmetadata: {{name: dinghy}}\ncomponents: []\n")
    output = CliRunner().invoke(command, [str(tmp_path), "-o", "concise", "--isolated", "--no-cache"]).output
    assert ("[kind-missing]" in output) is told
