"""What the API server does not take in place of what was there: every command says so, and answers from what stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

WORKLOAD = """
apiVersion: apps/v1
kind: KIND
metadata: {name: kiln, namespace: yard}
spec:
  SPEC
  selector: {matchLabels: {app: kiln}}
  template:
    metadata: {labels: {app: kiln, tier: a}}
    spec: {containers: [{name: main, image: "yard/kiln:1"}]}
---
"""
NODE = """
apiVersion: v1
kind: Node
metadata: {name: shed}
status: {allocatable: {cpu: 4, memory: 8Gi, pods: 110}, conditions: [{type: Ready, status: "True"}]}
---
"""


def _set(**spec: str) -> str:
    lines = "\n  ".join(f"{name}: {value}" for name, value in {"serviceName": "kiln", **spec}.items())
    return WORKLOAD.replace("KIND", "StatefulSet").replace("SPEC", lines)


def _deployment(more: str = "") -> str:
    text = WORKLOAD.replace("KIND", "Deployment").replace("SPEC", "replicas: 1")
    return text.replace("{app: kiln}}", f"{{app: kiln{more}}}}}", 1)


def _job(image: str) -> str:
    pod = f'{{restartPolicy: Never, containers: [{{name: main, image: "{image}"}}]}}'
    return f"""
apiVersion: batch/v1
kind: Job
metadata: {{name: kiln, namespace: yard}}
spec: {{template: {{spec: {pod}}}}}
---
"""


def _service(address: str, app: str) -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: kiln, namespace: yard}}
spec: {{clusterIP: {address}, selector: {{app: {app}}}, ports: [{{port: 80}}]}}
---
"""


def _claim(shelf: str) -> str:
    return f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: kiln, namespace: yard}}
spec: {{storageClassName: {shelf}, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
---
"""


def _config(value: str) -> str:
    return f"""
apiVersion: v1
kind: ConfigMap
metadata: {{name: kiln, namespace: yard}}
immutable: true
data: {{HEAT: {value}}}
---
"""


def _pod(cpu: int) -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: stove, namespace: yard}}
spec: {{containers: [{{name: main, image: "yard/stove:1", resources: {{requests: {{cpu: {cpu}}}}}}}]}}
---
"""


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [*words, "--isolated"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def files(folder: Path, old: str, new: str) -> tuple[str, str]:
    for name, text in (("old.yaml", old), ("new.yaml", new)):
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder / "old.yaml"), str(folder / "new.yaml")


EDITS = {
    "selector": (_deployment(), _deployment(", tier: a"), "1.37"),
    "service of a set": (_set(), _set(serviceName="ovens"), "1.37"),
    "order of a set": (_set(), _set(podManagementPolicy="Parallel"), "1.37"),
    "history of a set, long ago": (_set(revisionHistoryLimit="9"), _set(revisionHistoryLimit="4"), "1.31"),
    "template of a job": (_job("yard/kiln:1"), _job("yard/kiln:2"), "1.37"),
    "address": (_service("10.96.3.3", "kiln"), _service("10.96.3.4", "kiln"), "1.37"),
    "class of a claim": (_claim("oak"), _claim("pine"), "1.37"),
    "immutable data": (_config("low"), _config("high"), "1.37"),
    "room of a Pod": (_pod(1), _pod(2), "1.37"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_command_with_two_sides_says_that_an_edit_is_refused(tmp_path: Path, edit: str) -> None:
    old, new, release = EDITS[edit]
    before, after = files(tmp_path, old, new)
    (tmp_path / "there.yaml").write_text(NODE + old, encoding="utf-8")
    there, on = str(tmp_path / "there.yaml"), ("--kubernetes-version", release)
    assert run("check", after, "--against", before, *on)[0] == 1
    assert run("check", after, "--cluster", there, *on)[0] == 1
    assert "[immutable]" in run("plan", before, after, *on)[1]
    assert run("predict", "apply", after, "--cluster", there, *on)[0] == 1
    if "kind: StatefulSet" in new or "kind: Deployment" in new or "kind: Job" in new:
        for code, said in (
            run("predict", "rollout", before, after, *on),
            run("predict", "rollout", after, "--cluster", there, *on),
        ):
            assert code == 1
            assert "the API server refuses this edit" in said
    for command in ("endpoints", "schedule", "drain", "volumes"):
        code, said = run("predict", command, after, "--cluster", there, *on)
        assert code == 1, (command, said)
        assert "refused: the API server refuses this edit of" in said, command


def test_what_a_release_takes_is_refused_by_none(tmp_path: Path) -> None:
    before, after = files(tmp_path, _set(revisionHistoryLimit="9"), _set(revisionHistoryLimit="4"))
    code, said = run("predict", "rollout", before, after, "--kubernetes-version", "1.34")
    assert code == 0
    assert "no rollout" in said
    assert run("check", after, "--against", before, "--kubernetes-version", "1.34")[0] == 0


def test_what_stays_is_what_everything_below_is_about(tmp_path: Path) -> None:
    """An edit is taken whole or not at all: with the address, the selector stays what it was."""
    _, after = files(tmp_path, "", _service("10.96.3.4", "oven") + _deployment())
    (tmp_path / "there.yaml").write_text(NODE + _service("10.96.3.3", "kiln") + _deployment(), encoding="utf-8")
    code, said = run("predict", "endpoints", after, "--cluster", str(tmp_path / "there.yaml"))
    assert code == 1
    assert "Deployment kiln:80" in said
    _, grown = files(tmp_path, "", _pod(3))
    (tmp_path / "there.yaml").write_text(NODE + _pod(1), encoding="utf-8")
    _, said = run("predict", "schedule", grown, "--cluster", str(tmp_path / "there.yaml"), "--format", "json")
    told = json.loads(said)
    assert [one["object"] for one in told["refused"]] == ["Pod 'yard/stove'"]
    assert told["nodes"]["shed"]["requested"]["cpu"] == "1"


def test_an_edit_that_a_policy_for_updates_denies_leaves_what_was_there(tmp_path: Path) -> None:
    policy = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: steady}
spec:
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [services]}]}
  validations: [{expression: "object.spec.selector == oldObject.spec.selector", message: selectors stay}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: steady}
spec: {policyName: steady, validationActions: [Deny]}
---
"""
    _, after = files(tmp_path, "", policy + _service("10.96.3.3", "oven") + _deployment())
    (tmp_path / "there.yaml").write_text(_service("10.96.3.3", "kiln") + _deployment(), encoding="utf-8")
    code, said = run("predict", "endpoints", after, "--cluster", str(tmp_path / "there.yaml"))
    assert code == 1
    assert "selectors stay" in said
    assert "Deployment kiln:80" in said


@pytest.mark.parametrize(("operation", "refused"), [("UPDATE", True), ("CREATE", False)])
def test_mutating_policies_for_updates_change_the_edit_before_it_is_judged(
    tmp_path: Path, operation: str, refused: bool
) -> None:
    """What a policy wrote when the object came stays in it (three-way merge); what one writes into edits is judged."""
    policy = f"""
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {{name: order}}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{{apiGroups: [apps], apiVersions: [v1], operations: [{operation}], resources: [statefulsets]}}]
  mutations:
    - patchType: JSONPatch
      jsonPatch: {{expression: '[JSONPatch{{op: "add", path: "/spec/podManagementPolicy", value: "Parallel"}}]'}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {{name: order}}
spec: {{policyName: order}}
---
"""
    before, after = files(tmp_path, policy + _set(replicas="1"), policy + _set(replicas="2"))
    code, said = run("predict", "rollout", before, after, "--name", "kiln")
    assert ("the API server refuses this edit" in said) == refused
    assert code == int(refused)


def test_what_a_tool_makes_anew_is_no_edit(tmp_path: Path) -> None:
    forced = "metadata: {name: kiln, namespace: yard, annotations: {kustomize.toolkit.fluxcd.io/force: enabled}}"
    new = _deployment(", tier: a").replace("metadata: {name: kiln, namespace: yard}", forced)
    before, after = files(tmp_path, _deployment(), new)
    code, said = run("predict", "rollout", before, after)
    assert code == 0
    assert "the old object is deleted first" in said
    assert run("check", after, "--against", before)[0] == 0
