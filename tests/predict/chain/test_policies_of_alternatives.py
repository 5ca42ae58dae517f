"""Policies and Namespaces of one folder bind what is applied with it, and none of its alternatives."""

from __future__ import annotations

from typing import Any

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource, read_resources
from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.stored import Stored
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source

NAMESPACE = """
apiVersion: v1
kind: Namespace
metadata: {name: forge, labels: {stage: STAGE}}
---
"""
LIMIT = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: many}
spec:
  failurePolicy: Fail
  matchConstraints:
    namespaceSelector: {matchLabels: {stage: prod}}
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
  validations: [{expression: "object.spec.replicas >= LEAST", message: too few anvils}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: many}
spec: {policyName: many, validationActions: [Deny]}
---
"""
MARK = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: stamp}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations:
  - patchType: JSONPatch
    jsonPatch: {expression: '[JSONPatch{op: "add", path: "/metadata/labels/stamp", value: "STAMP"}]'}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: stamp}
spec: {policyName: stamp}
---
"""
WORKLOAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: anvil, namespace: forge}
spec:
  replicas: 2
  selector: {matchLabels: {app: anvil}}
  template:
    metadata: {labels: {app: anvil}}
    spec: {containers: [{name: main, image: "forge/anvil:1"}]}
"""


def world(files: dict[str, str]) -> tuple[Oracle, dict[str, Resource]]:
    """Everything in some files, and the Deployment of each folder."""
    found = [
        resource
        for uri, text in files.items()
        for document in parse_source(Source(uri, text))[0]
        for resource in read_resources(document, namespace="default")
    ]
    bundle = Bundle(found)
    return Oracle(bundle), {one.place.folder: one for one in bundle.all("Deployment")}


def test_a_policy_refuses_what_is_applied_with_it() -> None:
    files = {
        f"{stage}/m.yaml": NAMESPACE.replace("STAGE", stage) + LIMIT.replace("LEAST", least) + WORKLOAD
        for stage, least in (("dev", "1"), ("prod", "3"))
    }
    ask, of = world(files)
    assert ask(Stored(of["dev"])).answer.denial is None
    denial = ask(Stored(of["prod"])).answer.denial
    assert denial is not None
    assert "too few anvils" in denial.sentence


def test_a_policy_of_one_folder_binds_nothing_of_its_alternative() -> None:
    files = {"dev/m.yaml": WORKLOAD, "prod/m.yaml": NAMESPACE.replace("STAGE", "prod") + LIMIT + WORKLOAD}
    ask, of = world({uri: text.replace("LEAST", "3") for uri, text in files.items()})
    assert ask(Stored(of["dev"])).answer.denial is None
    assert ask(Stored(of["prod"])).answer.denial is not None


def test_each_folder_is_changed_by_its_own_policy() -> None:
    ask, of = world({f"{one}/m.yaml": MARK.replace("STAMP", one) + WORKLOAD for one in ("dev", "prod")})
    assert {folder: _stamp(ask, one) for folder, one in of.items()} == {"dev": "dev", "prod": "prod"}


def test_a_policy_above_changes_what_is_in_both() -> None:
    ask, of = world({"m.yaml": MARK.replace("STAMP", "all"), "dev/m.yaml": WORKLOAD, "prod/m.yaml": WORKLOAD})
    assert {folder: _stamp(ask, one) for folder, one in of.items()} == {"dev": "all", "prod": "all"}


def _stamp(ask: Oracle, resource: Resource) -> Any:
    pod = ask(Admitted(resource)).answer.pod
    assert pod is not None
    return pod["metadata"]["labels"].get("stamp")
