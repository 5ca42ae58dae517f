"""Sentences name what they are about: the entry that lets in, the volumes, budgets and readers, the value that changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: SPACE}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {SPEC containers: [{name: c, image: "x:1", ports: [{containerPort: 7000}], envFrom: [{configMapRef: {name: tone}}]}]}
"""
SPACES = """\
apiVersion: v1
kind: Namespace
metadata: {name: yard, labels: {crew: yard}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shed}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: few, namespace: shed}
spec:
  podSelector: {matchLabels: {app: saw}}
  ingress: [{from: FROM, ports: [{port: 7000}]}]
"""
NODE = """\
apiVersion: v1
kind: Node
metadata: {name: n}
spec: {taints: [{key: crew, value: night, effect: NoSchedule}]}
status: {allocatable: {cpu: '4', memory: 8Gi, pods: '10'}}
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: NAME, namespace: shed}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: saw}}}
"""
TONE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tone, namespace: shed}\ndata: {pitch: PITCH}\n"


def workload(name: str, space: str, spec: str = "") -> str:
    return WORKLOAD.replace("NAME", name).replace("SPACE", space).replace("SPEC", spec)


def told(folder: Path, words: list[str], *texts: str) -> str:
    (folder / "all.yaml").write_text("---\n".join(texts))
    return CliRunner().invoke(cli, [*words, str(folder / "all.yaml")]).output


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (
            "[{namespaceSelector: {matchLabels: {crew: yard}}}, {podSelector: {matchLabels: {app: other}}}]",
            "allows TCP 7000 from all Pods of namespaces with crew=yard (from[0], one of 2 alternatives)",
        ),
        (
            "[{podSelector: {}}, {namespaceSelector: {}, podSelector: {matchLabels: {app: axe}}}]",
            "allows TCP 7000 from Pods with app=axe of every namespace (from[1], one of 2 alternatives)",
        ),
        ("[{namespaceSelector: {}}]", "allows TCP 7000 from all Pods of every namespace  ("),
        ("[]", "a rule of 'few' allows TCP 7000  ("),
    ],
)
def test_the_entry_that_lets_in(tmp_path: Path, entries: str, said: str) -> None:
    words = ["predict", "connect", "yard/axe -> shed/saw:7000"]
    policy = POLICY.replace("FROM", entries)
    assert said in told(tmp_path, words, SPACES, workload("axe", "yard"), workload("saw", "shed"), policy)


def test_the_addresses_that_are_let_in(tmp_path: Path) -> None:
    policy = POLICY.replace("FROM", "[{ipBlock: {cidr: 198.51.100.0/24}}]")
    said = told(tmp_path, ["predict", "connect", "198.51.100.7 -> shed/saw:7000"], workload("saw", "shed"), policy)
    assert "allows TCP 7000 from addresses of 198.51.100.0/24  (" in said


@pytest.mark.parametrize(
    ("toleration", "said"),
    [
        ("{key: crew, effect: NoSchedule}", "tolerates the key with the value '' only (operator: Exists"),
        ("{key: crew, value: day}", "tolerates the key with the value 'day' only"),
        ("{key: crew, operator: Exists, effect: NoExecute}", "tolerates the key for NoExecute only"),
    ],
)
def test_the_toleration_that_nearly_fits(tmp_path: Path, toleration: str, said: str) -> None:
    (tmp_path / "node.yaml").write_text(NODE)
    words = ["predict", "schedule", "--cluster", str(tmp_path / "node.yaml")]
    out = told(tmp_path, words, workload("saw", "shed", f"tolerations: [{toleration}],"))
    assert said in " ".join(out.split())


def test_a_taint_of_another_key(tmp_path: Path) -> None:
    (tmp_path / "node.yaml").write_text(NODE)
    words = ["predict", "schedule", "--cluster", str(tmp_path / "node.yaml")]
    out = told(tmp_path, words, workload("saw", "shed", "tolerations: [{key: team, operator: Exists}],"))
    assert "smallest change: tolerate it" in out
    assert "the Pod tolerates" not in out


def test_budgets_that_share_pods(tmp_path: Path) -> None:
    budgets = [BUDGET.replace("NAME", name) for name in ("a", "b", "c")]
    out = told(tmp_path, ["check", "--isolated", "-o", "concise"], workload("saw", "shed"), *budgets)
    assert "the budget 'a' shares Pods with 'b', 'c': the API server refuses" in out


def test_readers_that_keep_the_old_value(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    readers = [workload(name, "shed") for name in ("axe", "saw")]
    (tmp_path / "old" / "all.yaml").write_text("---\n".join([*readers, TONE.replace("PITCH", "low")]))
    words = ["check", "--isolated", "-o", "concise", "--against", str(tmp_path / "old")]
    out = told(tmp_path, words, *readers, TONE.replace("PITCH", "high"))
    assert "the Pods of Deployment 'shed/axe', Deployment 'shed/saw' keep the old value" in out


def test_the_label_of_a_selector_that_changed(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "all.yaml").write_text(workload("saw", "shed"))
    more = workload("saw", "shed").replace("{app: saw}", "{app: saw, edge: fine}")
    out = told(tmp_path, ["check", "--isolated", "--against", str(tmp_path / "old")], more)
    assert "all.yaml:5:44" in out
    assert "^^^^ it asked for app=saw, and asks for app=saw,edge=fine" in out


def test_the_field_that_a_rule_of_its_definition_keeps(tmp_path: Path) -> None:
    lamp = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: lamps.example.com}\n"
        "spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Lamp, plural: lamps}\n  versions:\n"
        "  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n"
        "        properties:\n          spec:\n            type: object\n"
        "            x-kubernetes-validations: [{rule: 'self.socket == oldSelf.socket', message: socket is for ever}]\n"
        "            properties: {socket: {type: string}}\n"
    )
    (tmp_path / "lamp-definition.yaml").write_text(lamp)
    one = "apiVersion: example.com/v1\nkind: Lamp\nmetadata: {name: hall}\nspec: {socket: WHICH}\n"
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "all.yaml").write_text(one.replace("WHICH", "e14"))
    words = ["check", "--isolated", "--against", str(tmp_path / "old"), "--crd", str(tmp_path / "lamp-definition.yaml")]
    out = told(tmp_path, words, one.replace("WHICH", "e27"))
    assert "all.yaml:4:16" in out
    assert "^^^ it was e14" in out


def test_a_tab_is_not_laid_to_braces_above(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: |\n    {{ define }}\n\tb: c\n"
    out = told(tmp_path, ["check", "--isolated"], text)
    assert "yaml-syntax" in out
    assert "nothing filled it in" not in out
