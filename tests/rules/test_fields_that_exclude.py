"""What the server refuses of fields beside each other: what must be and what is, at the field that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: a, image: 'nginx:1.25'%s}]\n%s"


def _pod(container: str = "", spec: str = "") -> str:
    return POD % (f", {container}" if container else "", f"  {spec}\n" if spec else "")


def _object(kind: str, api: str, rest: str) -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: web}}\n{rest}\n"


CASES = [
    (
        _pod(spec='tolerations: [{key: a, operator: Exists, value: "true"}]'),
        'value must be empty beside operator: Exists, is "true"',
        '"true"',
    ),
    (
        _pod(spec="tolerations: [{key: a, operator: Equal, value: not one}]"),
        'value must hold only letters, digits, \'-\', \'_\' and \'.\', beginning and ending with a letter or digit, is "not one"',
        "not one",
    ),
    (
        _pod("resources: {requests: {example.com/card: 2}}"),
        "must hold example.com/card, does not: nobody can use more of it than was asked for; write example.com/card: 2",
        "resources",
    ),
    (
        _pod("env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"),
        'must not be set beside value, which is "b": take one out',
        "{fieldRef",
    ),
    (
        _pod("securityContext: {allowPrivilegeEscalation: false, privileged: true}"),
        "allowPrivilegeEscalation must not be false beside privileged: true: take one out",
        "{allowPrivilegeEscalation",
    ),
    (
        _pod(spec="{hostPID: true, shareProcessNamespace: true}".strip("{}").replace(", ", "\n  ")),
        "must be false beside hostPID: true, is true: all Pods of the node share their processes then",
        "true",
    ),
    (
        _object("Secret", "v1", "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: plain}"),
        'must be JSON, is something else: write {"auths": {"registry.example.com": {"username": ..., "password": ...}}}',
        "plain",
    ),
    (
        _object(
            "PodDisruptionBudget",
            "policy/v1",
            "spec: {minAvailable: 1, maxUnavailable: 1, selector: {matchLabels: {app: web}}}",
        ),
        "must have minAvailable or maxUnavailable, has both: take one out",
        "{minAvailable",
    ),
    (
        _object("ResourceQuota", "v1", "spec: {hard: {pods: 3}, scopes: [BestEffort, NotBestEffort]}"),
        "must hold BestEffort or NotBestEffort, holds both: no Pod is both, and the quota would count nothing; keep one",
        "[BestEffort",
    ),
    (
        _object("ClusterRole", "rbac.authorization.k8s.io/v1", "rules: [{verbs: [get], apiGroups: [''], resources: [pods], nonResourceURLs: [/healthz]}]"),
        "must not be set beside apiGroups, resources or resourceNames: write a rule of its own for the URLs",
        "[/healthz]",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "caret"), CASES)
def test_it_is_said_what_must_be_at_the_field_that_is_wrong(tmp_path: Path, text: str, said: str, caret: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    words = ["check", "--isolated", "--select", "admission", "-o", "json", str(file)]
    found = json.loads(CliRunner().invoke(cli, words).stdout)["findings"]
    assert [one["message"].rpartition(said)[1:] for one in found] == [(said, "")]
    line, column = found[0]["line"], found[0]["column"]
    assert text.splitlines()[line - 1][column - 1 :].startswith(caret)


def test_a_claim_that_is_missing_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(_pod(spec="volumes: [{name: v, persistentVolumeClaim: {claimName: dbdata}}]"), encoding="utf-8")
    said = CliRunner().invoke(cli, ["predict", "schedule", "--isolated", "--nodes", "1x1cpu,1Gi", str(file)]).stdout
    assert '0/1 nodes are available: persistentvolumeclaim "dbdata" not found\n' in said
