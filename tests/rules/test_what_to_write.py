"""What a value of the wrong form is meant to be: said, and repaired where it is a scalar."""

from __future__ import annotations

import pytest

from kubelens.engine.fixing import repair
from kubelens.rules.schema.wrong_type import check
from kubelens.testing import analysis_of, findings_of


def _pod(container: str = "", pod: str = "") -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: otter}}\nspec:\n{pod and '  ' + pod}\n"
        f"  containers:\n  - name: otter\n    image: pond/otter:3\n    {container}\n"
    )


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (_pod("ports: [9000]"), "it is written - containerPort: 9000"),
        (_pod("ports: 9000"), "ports is a list of maps: - containerPort: 9000"),
        (_pod("env: {DEPTH: 3}"), "env lists names and values: - {name: DEPTH, value: 3}"),
        (_pod("command: swim | tee log"), 'a command line for a shell is written ["/bin/sh", "-c", "..."]'),
        (_pod(pod="tolerations: {key: mud}"), "each item of tolerations begins with '- ': - key: ..."),
        (_pod(pod="nodeSelector: {affinity: {a: b}}"), "a nodeSelector holds labels alone: what is no label belongs beside it"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {matchLabels: {a: b}}}\n", "spec.selector of a Service holds the labels themselves, without matchLabels"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a.json: {a: b}}\n", "text of several lines follows '|': a.json: |"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: [a: b]}\n", "the entries of labels stand without '- ': a: ..."),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name:c\n", "a blank belongs after the colon: name: c"),
    ],
)  # fmt: skip
def test_what_is_meant_is_said(text: str, note: str) -> None:
    (found,) = findings_of(check, text)
    assert found.notes[-1] == note
    assert found.fix is None


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (_pod("command: swim --deep 'two ponds'"), 'command: ["swim", "--deep", "two ponds"]'),
        (_pod("securityContext: {capabilities: {drop: ALL}}"), "{drop: [ALL]}"),
        (_pod(pod="imagePullSecrets: hub"), ""),
        (_pod(pod="volumes: [{name: v, secret: reeds}]"), "secret: {secretName: reeds}"),
        ("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec:\n  accessModes: ReadWriteOnce\n", "accessModes: [ReadWriteOnce]"),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  strategy: Recreate\n", "strategy: {type: Recreate}"),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  strategy: Whenever\n", ""),
    ],
)  # fmt: skip
def test_a_scalar_is_repaired_where_it_is_clear(wrong: str, right: str) -> None:
    judged = analysis_of([check], wrong)
    texts = repair(judged.snapshot, judged.findings, unsafe=True).texts
    assert bool(texts) is bool(right)
    assert all(right in text for text in texts.values())
