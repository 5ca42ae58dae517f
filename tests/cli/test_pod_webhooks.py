"""Admission webhooks that are asked about new Pods: every answer about these takes for granted that they answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

HOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: KIND
metadata: {name: gate}
webhooks:
- name: gate.example.org
  clientConfig: {url: "https://gate.example.org/admit"}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [RESOURCE]}]
  sideEffects: None
  admissionReviewVersions: [v1]
  MORE
---
"""
PODS = """
apiVersion: v1
kind: Namespace
metadata: {name: quay, labels: {tier: inner}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: crane, namespace: quay}
spec:
  replicas: 2
  selector: {matchLabels: {app: crane}}
  template: {metadata: {labels: {app: crane}}, spec: {containers: [{name: c, image: "x:1"}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: hook, namespace: quay, labels: {app: crane}}
spec: {containers: [{name: c, image: "x:1"}]}
"""


def _hook(more: str = "", kind: str = "ValidatingWebhookConfiguration", resource: str = "pods") -> str:
    return HOOK.replace("KIND", kind).replace("RESOURCE", resource).replace("MORE", more)


def _assumed(folder: Path, text: str, *words: str) -> list[str]:
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    out = CliRunner().invoke(cli, ["predict", *words, str(file), "--isolated"]).stdout
    said = " ".join(out.split())
    return said.split("webhook 'gate.example.org' of ")[1:]


@pytest.mark.parametrize("question", [("schedule",), ("rollout",), ("lifecycle", "crane"), ("variables", "crane")])
@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (_hook(), "answers for new Pods, and agrees: its failurePolicy is Fail, so while it does not answer none is created"),
        (_hook(kind="MutatingWebhookConfiguration"), "answers for new Pods, and changes nothing of them: its failurePolicy is Fail"),
        (_hook("matchConditions: [{name: a, expression: 'true'}]"), "answers for new Pods where its matchConditions hold"),
        (_hook("namespaceSelector: {matchLabels: {tier: inner}}", resource='"*"'), "answers for new Pods"),
        (_hook("failurePolicy: Ignore"), ""),
        (_hook(resource="services"), ""),
        (_hook("namespaceSelector: {matchLabels: {tier: outer}}"), ""),
        (_hook("objectSelector: {matchLabels: {app: ship}}"), ""),
        (_hook("sideEffect: a field that makes the API server refuse it"), ""),
        ("", ""),
    ],
)  # fmt: skip
def test_answers_rest_on_the_webhook_once(tmp_path: Path, question: tuple[str, ...], hook: str, said: str) -> None:
    found = _assumed(tmp_path, hook + PODS, *question)
    assert len(found) == (1 if said else 0)
    kind = "Mutating" if "Mutating" in hook else "Validating"
    assert all(one.startswith(f"{kind}WebhookConfiguration 'gate' {said}") for one in found)


def test_of_a_namespace_that_is_not_there_the_name_is_known(tmp_path: Path) -> None:
    elsewhere = PODS.split("---", 1)[1]
    named = "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: OPERATOR, values: [quay]}]}"
    assert not _assumed(tmp_path, _hook(named.replace("OPERATOR", "NotIn")) + elsewhere, "schedule")
    assert _assumed(tmp_path, _hook(named.replace("OPERATOR", "In")) + elsewhere, "schedule")
    assert _assumed(tmp_path, _hook("namespaceSelector: {matchLabels: {tier: inner}}") + elsewhere, "schedule")


def test_apply_says_it_of_what_brings_pods(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(_hook() + PODS, encoding="utf-8")
    out = CliRunner().invoke(cli, ["predict", "apply", str(file), "--isolated", "-o", "json"]).stdout
    told = {
        one["object"]: sum("gate.example.org" in text for text in one["assumptions"])
        for one in json.loads(out)["objects"]
    }
    assert told == {
        "ValidatingWebhookConfiguration 'gate'": 0,
        "Namespace 'quay'": 0,
        "Deployment 'quay/crane'": 1,
        "Pod 'quay/hook'": 1,
    }


@pytest.mark.parametrize(
    ("more", "doubted"), [("", True), ("failurePolicy: Ignore", True), ("failurePolicy: Maybe", False)]
)
def test_a_webhook_may_change_pods_that_are_refused_as_they_are(tmp_path: Path, more: str, doubted: bool) -> None:
    """So `check` says nothing, and predictions take it for granted that none does; a refused webhook changes nothing."""
    file = tmp_path / "a.yaml"
    strict = PODS.replace("tier: inner", "pod-security.kubernetes.io/enforce: restricted")
    file.write_text(_hook(more, "MutatingWebhookConfiguration") + strict)
    for question in ("schedule", "rollout"):
        said = " ".join(CliRunner().invoke(cli, ["predict", question, str(file), "--isolated"]).stdout.split())
        assert "no Pod of Deployment 'quay/crane' is created" in said
        assert ("'gate' changes nothing of new Pods that are refused as they are" in said) == doubted
    found = CliRunner().invoke(cli, ["check", str(file), "--isolated", "-o", "concise"]).stdout
    assert ("refused-in-context" in found) != doubted
