"""What the server refuses in many places of one object is told in a few, and the others are counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command

DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: PROPERTIES}}}
"""


@pytest.mark.parametrize(
    ("fields", "shown", "counted"), [(5, 5, ""), (6, 1, "5 more fields"), (40, 1, "39 more fields")]
)
def test_a_mistake_that_is_everywhere_is_told_once(tmp_path: Path, fields: int, shown: int, counted: str) -> None:
    properties = ", ".join(f"field{number}: {{}}" for number in range(fields))
    (tmp_path / "a.yaml").write_text(DEFINITION.replace("PROPERTIES", f"{{{properties}}}"), encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "json", "--isolated", str(tmp_path)]).output
    assert out.count('"rule": "admission"') == shown
    assert counted in out
    assert ("more fields" in out) is bool(counted)


def test_a_missing_selector_is_told_once(tmp_path: Path) -> None:
    text = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}}
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "concise", "--isolated", str(tmp_path)]).output
    assert "spec.selector: a value is required" in out
    assert "1 error in 1 of 1 object" in out
    (tmp_path / "a.yaml").write_text(text.replace("Deployment", "DaemonSet"), encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "concise", "--isolated", str(tmp_path)]).output
    assert "error[selector-mismatch]" in out
    assert "1 error in 1 of 1 object" in out


GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: envoy
  addresses: [{type: IPAddress, value: ADDRESS}]
  listeners: [{name: http, protocol: HTTP, port: PORT}]
"""


@pytest.mark.parametrize(
    ("address", "port", "faults"),
    [("10.0.0.1", "80", 0), ("${ADDRESS}", "80", 0), ("no-address", "80", 1), ("${ADDRESS}", "99999", 1)],
)
def test_a_map_that_waits_for_a_value_is_not_judged_as_a_whole(
    tmp_path: Path, address: str, port: str, faults: int
) -> None:
    text = (
        GATEWAY.replace("ADDRESS", address, 1)
        if "$" not in address
        else GATEWAY.replace("value: ADDRESS", f"value: '{address}'")
    )
    (tmp_path / "a.yaml").write_text(text.replace("PORT", port), encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "json", "--isolated", str(tmp_path)]).output
    assert min(out.count('"rule": "admission"'), 1) == faults


def test_a_volume_that_is_refused_is_not_missing_to_its_mounts(tmp_path: Path) -> None:
    text = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  volumes: [{name: conf, configMap: {name: conf, defaultMode: 999}}]
  containers: [{name: web, image: "web:1", volumeMounts: [{name: conf, mountPath: /a}, {name: logs, mountPath: /b}]}]
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "concise", "--isolated", str(tmp_path)]).output
    assert "2 errors in" in out
    assert "defaultMode" in out
    assert "called 'logs'" in out


def test_an_address_is_blamed_where_it_is_written(tmp_path: Path) -> None:
    text = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  clusterIP: None
  ports: [{port: 80}]
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "concise", "--isolated", str(tmp_path)]).output
    assert "a.yaml:6:14: error[admission]" in out
    assert "by default" not in out


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("kind: Secret\nmetadata: {name: a}\nstringData:\n  a/b: text\n", "  a/b: text\n  ^^^ "),
        ("kind: ConfigMap\nmetadata: {name: a}\ndata:\n  'a b': text\n", "  'a b': text\n  ^^^^^ "),
        (
            "kind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    a b: text\n",
            "    a b: text\n    ^^^ ",
        ),
        (
            "kind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    tier: -text-\n",
            "    tier: -text-\n          ^^^^^^ ",
        ),
        (
            "kind: ResourceQuota\nmetadata: {name: a}\nspec:\n  hard:\n    cpus: 4\n",
            "    cpus: 4\n    ^^^^ ",
        ),
    ],
)
def test_the_key_is_marked_where_the_key_is_wrong(tmp_path: Path, text: str, marked: str) -> None:
    (tmp_path / "a.yaml").write_text(f"apiVersion: v1\n{text}", encoding="utf-8")
    out = CliRunner().invoke(command, ["--isolated", "--select", "admission", str(tmp_path)]).output
    shown = "\n".join(line.partition("| ")[2] for line in out.splitlines() if " | " in line)
    assert marked in f"{shown} "


def test_texts_of_a_secret_are_told_once(tmp_path: Path) -> None:
    keys = ", ".join(f"k{number}: it is a secret" for number in range(9))
    (tmp_path / "a.yaml").write_text(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: till}}\ndata: {{{keys}}}\n")
    out = CliRunner().invoke(command, ["--output", "json", "--isolated", str(tmp_path)]).output
    assert (out.count('"rule": "admission"'), "8 more fields of this object" in out) == (1, True)


def test_what_can_be_mended_is_told_each_time(tmp_path: Path) -> None:
    ports = ", ".join(f"{{port: {number}, name: p{number}, protocol: tcp}}" for number in range(1, 10))
    (tmp_path / "a.yaml").write_text(
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: till}}\nspec: {{ports: [{ports}]}}\n"
    )
    out = CliRunner().invoke(command, ["--output", "json", "--isolated", str(tmp_path)]).output
    assert out.count('"TCP"') >= 9
