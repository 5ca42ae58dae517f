"""Policies of the manifests and objects that a cluster holds: an apply updates these, and policies for creations are not asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

FLEET = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: boats, namespace: port}
spec:
  replicas: NUMBER
  selector: {matchLabels: {app: boats}}
  template:
    metadata: {labels: {app: boats}}
    spec: {containers: [{name: boat, image: "port/boat:1"}]}
"""
RULES = "resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [OPERATION], resources: [deployments]}]"
GROWS_SLOWLY = f"""
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: slow}}
spec:
  failurePolicy: Fail
  matchConstraints: {{{RULES}}}
  validations: [{{expression: "object.spec.replicas <= (oldObject == null ? 1 : oldObject.spec.replicas + 1)"}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {{name: slow}}
spec: {{policyName: slow, validationActions: [Deny]}}
"""
STARTS_SMALL = f"""
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {{name: small}}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints: {{{RULES}}}
  mutations: [{{patchType: JSONPatch, jsonPatch: {{expression: '[JSONPatch{{op: "add", path: "/spec/replicas", value: 1}}]'}}}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {{name: small}}
spec: {{policyName: small}}
"""


@pytest.mark.parametrize(
    ("policy", "operation", "number", "standing", "refused"),
    [
        (GROWS_SLOWLY, "CREATE", 3, False, True),
        (GROWS_SLOWLY, "CREATE", 3, True, False),  # an update, which the policy does not mean
        (GROWS_SLOWLY, "UPDATE", 3, True, False),
        (GROWS_SLOWLY, "UPDATE", 4, True, True),
        (STARTS_SMALL, "CREATE", -1, False, False),
        (STARTS_SMALL, "CREATE", -1, True, True),
    ],
)
def test_an_edit_meets_the_policies_for_updates(
    tmp_path: Path, policy: str, operation: str, number: int, standing: bool, refused: bool
) -> None:
    (tmp_path / "new.yaml").write_text(FLEET.replace("NUMBER", str(number)) + policy.replace("OPERATION", operation))
    (tmp_path / "there.yaml").write_text(FLEET.replace("NUMBER", "2"))
    words = [str(tmp_path / "new.yaml"), "--isolated"]
    words += ["--cluster", str(tmp_path / "there.yaml")] if standing else []
    applied = CliRunner().invoke(cli, ["predict", "apply", *words])
    assert applied.exit_code == int(refused)
    assert ("Deployment 'port/boats': refused" in applied.stdout) == refused
    assert CliRunner().invoke(cli, ["check", *words]).exit_code == int(refused)
