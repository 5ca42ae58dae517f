"""What a kustomization lists is raw material: what kustomize fills in is not missed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command
from kubelens.engine.loader import Loaded
from kubelens.engine.workspace import Workspace
from kubelens.syntax.text import Source

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec: {containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 80}]}]}
"""
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web}]
"""
KUSTOMIZATION = "resources: [{listed}]\nnamespace: shop\nlabels: [{{pairs: {{app: web}}, includeSelectors: true}}]\n"


def check(folder: Path, **texts: str) -> str:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, ["--output", "concise", "--isolated", "--no-render", str(folder)]).output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (DEPLOYMENT, "spec.selector: a value is required"),
        (BINDING, "subjects[0].namespace: a value is required"),
        ("apiVersion: v1\nkind: Namespace\nmetadata: {name: _}\n", "only lower-case letters"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: '$(PORT)'}]}\n", "$(PORT)"),
        (DEPLOYMENT.replace("name: web}", "name: $(NAME)}").replace("spec:\n", "spec:\n  selector: {}\n"), "$(NAME)"),
    ],
)
def test_what_kustomize_fills_in(tmp_path: Path, text: str, told: str) -> None:
    assert told in check(tmp_path, thing=text)
    assert told not in check(tmp_path, kustomization=KUSTOMIZATION.format(listed="thing.yaml"))


def test_other_mistakes_are_still_told(tmp_path: Path) -> None:
    out = check(
        tmp_path, thing=DEPLOYMENT.replace("name: web, image", "image"), kustomization=KUSTOMIZATION.format(listed="")
    )
    assert "containers[0].name: a value is required" in out


def test_a_patch_that_is_not_listed_is_a_patch_still(tmp_path: Path) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n"
    assert "spec.template" in check(tmp_path, manager_patch=patch)
    assert "nothing to report" in check(tmp_path, kustomization=KUSTOMIZATION.format(listed=""))


def test_a_port_that_a_patch_may_bring(tmp_path: Path) -> None:
    whole = DEPLOYMENT.replace(
        "spec:\n  template:\n",
        "spec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n",
    )
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {a: b}, ports: [{port: 443, targetPort: https}]}\n"
    assert "named-target-port-missing" in check(tmp_path, web=whole, service=service)
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: proxy}]}}}\n"
    out = check(tmp_path, proxy_patch=patch, kustomization=KUSTOMIZATION.format(listed="web.yaml, service.yaml"))
    assert "named-target-port-missing" not in out


def test_a_template_expression_is_no_value(tmp_path: Path) -> None:
    host = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostname: '{{ host }}', containers: [{name: c, image: c}]}\n"
    assert "nothing to report" in check(tmp_path, thing=host)
    assert "refuses" in check(tmp_path, thing=host.replace("{{ host }}", "A B"))


def test_patches_may_be_a_plain_list(tmp_path: Path) -> None:
    (tmp_path / "over").mkdir()
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n"
    (tmp_path / "over" / "web.yaml").write_text(patch)
    out = check(tmp_path, kustomization="patches: [over/web.yaml]\n")
    assert "error[kustomization]" in out, "kustomize 5 takes no plain list; older ones did"
    assert "over/web.yaml:" not in out


def test_a_second_half_that_nobody_lists(tmp_path: Path) -> None:
    half = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web}]}}}\n"
    texts = {"web": DEPLOYMENT, "image_pull": half}
    assert "image_pull" in check(tmp_path, **texts)
    assert "nothing to report" in check(tmp_path, kustomization=KUSTOMIZATION.format(listed="web.yaml"))
    assert "image_pull" in check(tmp_path, kustomization=KUSTOMIZATION.format(listed="web.yaml, image_pull.yaml"))


def test_what_a_test_expects_is_a_part(tmp_path: Path) -> None:
    (tmp_path / "00-assert.yaml").write_text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n")
    assert "nothing to report" in check(tmp_path)


def test_a_kustomization_that_comes_later_counts() -> None:
    workspace = Workspace()
    workspace.put(Loaded("base/web.yaml", Source("base/web.yaml", DEPLOYMENT)))
    assert not next(iter(workspace.snapshot().bundle)).transformed
    text = "resources: [../base/web.yaml]\n"
    workspace.put(Loaded("over/kustomization.yaml", Source("over/kustomization.yaml", text)))
    assert next(iter(workspace.snapshot().bundle)).transformed
    workspace.drop("over/kustomization.yaml")
    assert not next(iter(workspace.snapshot().bundle)).transformed
