"""Custom resources are judged by what declares them: the manifests, ``--crd``, a plugin, or the bundled Gateway API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command
from kubelens.engine.analysis import analyse
from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs
from kubelens.engine.loader import Loaded
from kubelens.engine.memory import Memory
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import run
from kubelens.engine.selection import choose_rules
from kubelens.engine.workspace import Workspace
from kubelens.rules.api import Facts
from kubelens.syntax.text import Source

DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ovens.example.com
spec:
  group: example.com
  scope: SCOPE
  names: {kind: Oven, plural: ovens}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [heat]
              properties:
                heat: {type: integer, maximum: LIMIT}
                doors: {type: array, items: {type: object, properties: {colour: {type: string}}}}
"""
OVEN = """\
apiVersion: example.com/v1
kind: Oven
metadata:
  name: kitchen
spec:
  heat: 300
  doors:
    - color: red
"""


def definition(limit: int = 250, scope: str = "Namespaced") -> str:
    return DEFINITION.replace("LIMIT", str(limit)).replace("SCOPE", scope)


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def check(*arguments: str) -> str:
    return CliRunner().invoke(command, ["--output", "concise", "--isolated", *arguments]).output


def test_an_unknown_field_is_told_at_its_key_with_the_close_one(tmp_path: Path) -> None:
    write(tmp_path, crd=definition(), oven=OVEN)
    out = check(str(tmp_path))
    assert "oven.yaml:8:7: " in out
    assert "unknown field 'color' in spec.doors; did you mean 'colour'?" in out


def test_values_are_held_against_the_schema(tmp_path: Path) -> None:
    write(tmp_path, crd=definition(), oven=OVEN.replace("color", "colour"))
    out = check(str(tmp_path))
    assert "oven.yaml:6:9: " in out
    assert "spec.heat" in out
    assert check(str(tmp_path / "oven.yaml")).startswith("1 object in 1 file: nothing to report")


def test_definitions_beside_the_manifests(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path / "elsewhere", crd=definition())
    write(tmp_path, oven=OVEN)
    at = str(tmp_path / "oven.yaml")
    assert "1 custom resource without a definition" in check(at)
    assert "unknown field 'color'" in check(at, "--crd", str(tmp_path / "elsewhere"))


def test_two_different_definitions_of_a_kind_decide_nothing(tmp_path: Path) -> None:
    write(tmp_path, old=definition(200), new=definition(250).replace("ovens.example.com", "ovens.example.com "), o=OVEN)
    assert "color" not in check(str(tmp_path))


def test_a_definition_that_is_refused_itself_decides_nothing(tmp_path: Path) -> None:
    write(tmp_path, crd=definition().replace("plural: ovens", "plural: stoves"), oven=OVEN)
    out = check(str(tmp_path))
    assert "crd.yaml" in out
    assert "oven.yaml" not in out


def test_a_version_that_is_not_served(tmp_path: Path) -> None:
    write(tmp_path, crd=definition(), oven=OVEN.replace("example.com/v1", "example.com/v2"))
    assert "'v2' is not served" in check(str(tmp_path))


def test_a_plugin_may_offer_definitions(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: dict[str, Any] = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "ovens.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"kind": "Oven", "plural": "ovens", "singular": "oven", "listKind": "OvenList"},
            "versions": [
                {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
            ],
        },
    }
    plugins = Plugins(third_party=False)
    monkeypatch.setattr(plugins, "schemas", lambda release: [offered])
    outcome = run(Inputs([Loaded("oven.yaml", Source("oven.yaml", OVEN))]), Config(), plugins)
    assert [f.rule for f in outcome.findings] == ["unknown-field"]


def test_findings_follow_the_definition_as_it_changes() -> None:
    workspace = Workspace()
    memory = Memory()
    rules = choose_rules(Config(), Plugins(third_party=False).rules())

    def rules_that_find() -> list[str]:
        return [f.rule for f in analyse(workspace.snapshot(), rules, Facts("1.37"), memory).findings]

    oven = OVEN.replace("color", "colour")
    workspace.fill([Loaded("oven.yaml", Source("oven.yaml", oven))])
    assert rules_that_find() == []
    workspace.put(Loaded("crd.yaml", Source("crd.yaml", definition(250))))
    assert rules_that_find() == ["admission"]
    workspace.put(Loaded("crd.yaml", Source("crd.yaml", definition(350))))
    assert rules_that_find() == []
    workspace.put(Loaded("crd.yaml", Source("crd.yaml", definition(350, "Cluster"))))
    (found,) = workspace.snapshot().bundle.all("Oven")
    assert found.namespace == ""
    workspace.drop("crd.yaml")
    assert [r.namespace for r in workspace.snapshot().bundle.all("Oven")] == ["default"]


ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: outer
  hostnames: [shop.example.com]
  rules:
    - matches:
        - path: {type: PathPrefix, value: /cart}
      backendRefs:
        - name: cart
          port: 80
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("PathPrefix", "Prefix", "shop.yaml:11:24: "),
        ("value: /cart", "value: cart", "value must be an absolute path and start with '/'"),
        ("          port: 80\n", "", "Must have port for Service reference"),
        ("backendRefs", "backends", "unknown field 'backends'"),
        ("shop.example.com", "'https://shop'", "spec.hostnames[0]"),
    ],
)
def test_the_gateway_api_is_known(tmp_path: Path, old: str, new: str, told: str) -> None:
    write(tmp_path, shop=ROUTE)
    assert "nothing to report" in check(str(tmp_path))
    write(tmp_path, shop=ROUTE.replace(old, new))
    assert told in check(str(tmp_path))


def test_a_version_the_bundled_gateway_api_has_no_more_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, shop=ROUTE.replace("/v1\n", "/v1alpha2\n").replace("backendRefs", "forwardTo"))
    assert "nothing to report" in check(str(tmp_path))


WEBHOOK = """\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: ovens}
webhooks:
  - name: defaults.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: {service: {name: ovens, namespace: kitchen}}
    rules: [{apiGroups: [GROUP], apiVersions: [v1], resources: [ovens], operations: [CREATE]}]
"""


def test_what_a_webhook_may_fill_in_is_not_missed(tmp_path: Path) -> None:
    write(tmp_path, crd=definition(), oven=OVEN.replace("  heat: 300\n", "").replace("color", "colour"))
    assert "spec.heat: a value is required" in check(str(tmp_path))
    write(tmp_path, hook=WEBHOOK.replace("GROUP", "example.com"))
    assert "spec.heat" not in check(str(tmp_path))
    write(tmp_path, hook=WEBHOOK.replace("GROUP", "other.com"))
    assert "spec.heat: a value is required" in check(str(tmp_path))
