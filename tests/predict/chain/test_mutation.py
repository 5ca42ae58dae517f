"""MutatingAdmissionPolicies of the manifests change what is stored and which Pods come into being."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kubelens.cli.commands import cli
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.plugins.json_patch import PatchFault, UnmetTest, patched
from kubelens.predict.chain.mutation import MutationOf
from kubelens.testing import bundle_from_text

PODS = "{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}"
DEPLOYMENTS = "{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {team: a}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: c, image: "x:1", env: [{name: A, value: one}]}
"""
RESTRICTED = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
"""


def policy(
    expression: str, *, patch: bool = False, rules: str = PODS, more: str = "", name: str = "p", again: str = "Never"
) -> str:
    """A policy with one mutation, and the binding that puts it into force."""
    kind, field = ("JSONPatch", "jsonPatch") if patch else ("ApplyConfiguration", "applyConfiguration")
    return f"""\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {{name: {name}}}
spec:
  matchConstraints: {{resourceRules: [{rules}]}}
  reinvocationPolicy: {again}
  failurePolicy: Fail
  mutations:
  - patchType: {kind}
    {field}:
      expression: >-
        {expression}
{more}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {{name: {name}-binding}}
spec: {{policyName: {name}}}
"""


ADD = (
    "Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, "
    'env: [Object.spec.containers.env{name: "B", value: "two"}]})}}'
)


def ask(folder: Path, command: str, *texts: str, release: str = "1.36") -> tuple[dict[str, Any], int]:
    """The JSON of a command over some objects, and its exit code."""
    (folder / "all.yaml").write_text("---\n".join(texts))
    words = ["predict", *command.split(), str(folder), "--format", "json", "--kubernetes-version", release]
    done = CliRunner().invoke(cli, words)
    return json.loads(done.stdout), done.exit_code


def seen(folder: Path, *texts: str, release: str = "1.36") -> dict[str, str]:
    """The variables of the one container, without those of Services."""
    data, _ = ask(folder, "variables web", *texts, release=release)
    return {one["name"]: one["value"] for one in data["containers"][0]["variables"] if not one["service"]}


def stored(folder: Path, *texts: str) -> dict[str, Any]:
    """What becomes of the Deployment."""
    data, _ = ask(folder, "apply --object web", *texts)
    found: dict[str, Any] = data["objects"][0]
    return found


@pytest.mark.parametrize(("release", "expected"), [("1.36", {"A": "one", "B": "two"}), ("1.35", {"A": "one"})])
def test_pods_are_changed_from_the_release_on_that_has_the_feature(
    tmp_path: Path, release: str, expected: dict[str, str]
) -> None:
    assert seen(tmp_path, DEPLOYMENT, policy(ADD), release=release) == expected


def test_lists_merge_by_their_keys(tmp_path: Path) -> None:
    again = ADD.replace('"B"', '"A"')
    assert seen(tmp_path, DEPLOYMENT, policy(again)) == {"A": "two"}


def test_a_policy_without_a_binding_does_nothing(tmp_path: Path) -> None:
    alone = policy(ADD).partition("---")[0]
    assert seen(tmp_path, DEPLOYMENT, alone) == {"A": "one"}


@pytest.mark.parametrize(("label", "expected"), [("web", "two"), ("db", None)])
def test_conditions_say_when_a_policy_is_asked(tmp_path: Path, label: str, expected: str | None) -> None:
    condition = f"\"object.metadata.labels['app'] == '{label}'\""
    more = f"  matchConditions: [{{name: only, expression: {condition}}}]"
    assert seen(tmp_path, DEPLOYMENT, policy(ADD, more=more)).get("B") == expected


def test_variables_are_evaluated(tmp_path: Path) -> None:
    more = "  variables: [{name: many, expression: 'string(size(object.spec.containers))'}]"
    assert seen(tmp_path, DEPLOYMENT, policy(ADD.replace('"two"', "variables.many"), more=more))["B"] == "1"


def test_a_policy_that_the_server_refuses_changes_nothing(tmp_path: Path) -> None:
    more = "  matchConditions: [{name: only, expression: variables.unknown}]"
    assert seen(tmp_path, DEPLOYMENT, policy(ADD, more=more)) == {"A": "one"}


def test_templates_are_changed_before_pods_are_made_of_them(tmp_path: Path) -> None:
    patch = (
        '[JSONPatch{op: "add", path: "/spec/template/spec/containers/0/env/-", value: {"name": "B", "value": "two"}}]'
    )
    found = stored(tmp_path, DEPLOYMENT, policy(patch, patch=True, rules=DEPLOYMENTS))
    assert found["changed_by"] == ["p"]
    assert seen(tmp_path, DEPLOYMENT, policy(patch, patch=True, rules=DEPLOYMENTS)) == {"A": "one", "B": "two"}


def test_a_change_can_let_pods_in_and_keep_them_out(tmp_path: Path) -> None:
    on_host = DEPLOYMENT.replace("    spec:\n      containers", "    spec:\n      hostNetwork: true\n      containers")
    off = '[JSONPatch{op: "replace", path: "/spec/hostNetwork", value: false}]'
    assert ask(tmp_path, "rollout", RESTRICTED, on_host)[1] == 1
    assert ask(tmp_path, "rollout", RESTRICTED, on_host, policy(off, patch=True))[1] == 0
    on = '[JSONPatch{op: "add", path: "/spec/hostNetwork", value: true}]'
    assert ask(tmp_path, "rollout", RESTRICTED, DEPLOYMENT, policy(on, patch=True))[1] == 1
    (tmp_path / "all.yaml").write_text("---\n".join((RESTRICTED, DEPLOYMENT, policy(on, patch=True))))
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "-o", "json"])
    assert [one["rule"] for one in json.loads(done.stdout)["findings"]] == ["refused-in-context"]


def test_what_cannot_be_evaluated_is_taken_for_granted_and_said(tmp_path: Path) -> None:
    asks = ADD.replace('"two"', "request.userInfo.username")
    data, code = ask(tmp_path, "variables web", DEPLOYMENT, policy(asks))
    assert code == 0
    assert any("MutatingAdmissionPolicy p changes nothing more" in text for text in data["assumptions"])
    on = policy('[JSONPatch{op: "add", path: "/spec/hostNetwork", value: request.userInfo.username != ""}]', patch=True)
    on_host = DEPLOYMENT.replace("    spec:\n      containers", "    spec:\n      hostNetwork: true\n      containers")
    (tmp_path / "all.yaml").write_text("---\n".join((RESTRICTED, on_host, on)))
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "-o", "json"])
    assert "refused-in-context" not in done.stdout


def test_a_policy_that_fails_refuses_unless_it_ignores_errors(tmp_path: Path) -> None:
    wrong = '[JSONPatch{op: "remove", path: "/spec/nowhere"}]'
    found = stored(tmp_path, DEPLOYMENT, policy(wrong, patch=True, rules=DEPLOYMENTS))
    assert (found["verdict"], found["plugin"]) == ("refused", "MutatingAdmissionPolicy")
    lenient = policy(wrong, patch=True, rules=DEPLOYMENTS).replace("failurePolicy: Fail", "failurePolicy: Ignore")
    assert stored(tmp_path, DEPLOYMENT, lenient)["verdict"] == "stored"
    tested = '[JSONPatch{op: "test", path: "/spec/replicas", value: 9}, JSONPatch{op: "remove", path: "/spec/nowhere"}]'
    assert stored(tmp_path, DEPLOYMENT, policy(tested, patch=True, rules=DEPLOYMENTS))["verdict"] == "stored"


def test_lists_that_do_not_merge_are_not_written(tmp_path: Path) -> None:
    args = 'Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: "c", args: ["x"]}]}}}}'
    found = stored(tmp_path, DEPLOYMENT, policy(args, rules=DEPLOYMENTS))
    assert (found["verdict"], "atomic" in found["says"]) == ("refused", True)


def test_a_policy_is_asked_again_where_another_changed_something(tmp_path: Path) -> None:
    counts = (
        'Object{metadata: Object.metadata{annotations: {"seen": has(object.metadata.annotations) && '
        '"late" in object.metadata.annotations ? "yes" : "no"}}}'
    )
    late = 'Object{metadata: Object.metadata{annotations: {"late": "x"}}}'
    shows = DEPLOYMENT.replace(
        "{name: A, value: one}", "{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['seen']\"}}}"
    )
    for again, expected in (("IfNeeded", "yes"), ("Never", "no")):
        texts = (shows, policy(counts, name="a", again=again), policy(late, name="b"))
        assert seen(tmp_path, *texts) == {"A": expected}


@given(st.dictionaries(st.sampled_from("ab"), st.lists(st.integers(), max_size=3)))
def test_a_patch_never_changes_what_it_is_given(value: dict[str, list[int]]) -> None:
    before = json.dumps(value)
    try:
        after = patched(
            value, [{"op": "add", "path": "/a/-", "value": 1}, {"op": "move", "from": "/a/0", "path": "/c"}]
        )
        assert after["c"] == [*value["a"], 1][0]
    except PatchFault:
        assert "a" not in value
    assert json.dumps(value) == before


@pytest.mark.parametrize(
    ("operation", "expected"),
    [  # RFC 6902, appendix A
        ({"op": "add", "path": "/foo/1", "value": "qux"}, {"foo": ["bar", "qux", "baz"]}),
        ({"op": "remove", "path": "/foo/0"}, {"foo": ["baz"]}),
        ({"op": "replace", "path": "/foo", "value": 1}, {"foo": 1}),
        ({"op": "copy", "from": "/foo/0", "path": "/a~1b"}, {"foo": ["bar", "baz"], "a/b": "bar"}),
        ({"op": "remove", "path": "/none"}, PatchFault),
        ({"op": "add", "path": "/foo/9", "value": 1}, PatchFault),
        ({"op": "test", "path": "/foo/0", "value": "baz"}, UnmetTest),
        ({"op": "test", "path": "/foo/0", "value": "bar"}, {"foo": ["bar", "baz"]}),
    ],
)
def test_operations(operation: dict[str, Any], expected: Any) -> None:
    if isinstance(expected, type):
        with pytest.raises(expected):
            patched({"foo": ["bar", "baz"]}, [operation])
    else:
        assert patched({"foo": ["bar", "baz"]}, [operation]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [5]}\n",
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{type: Container, max: 5}]}\n",
        "apiVersion: v9\nkind: Service\nmetadata: {name: a}\n",
    ],
)
def test_what_cannot_be_decoded_is_asked_of_no_policy(text: str) -> None:
    everything = "{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}"
    bundle = bundle_from_text(policy(ADD, rules=everything) + "---\n" + text)
    resource = list(bundle)[-1]
    assert Oracle(bundle)(MutationOf(resource)).answer.resource is resource
