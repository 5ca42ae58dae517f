"""`check` and `apply` say the same about which API versions a release serves, for every kind that any release has had."""

from __future__ import annotations

import json

import pytest

from kubelens.cli.predict_apply import record_of
from kubelens.kube.bundle import Bundle
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import overlay, releases, schemas
from kubelens.kube.served import why_not_served
from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of, bundle_from_text

RULES = [rule for rule in kubelens_rules() if rule.name in ("removed-api", "unknown-kind", "api-off-by-default")]


def ever_served() -> list[GroupVersionKind]:
    """Every kind and version of Kubernetes's own, in any release, and those that went before the first."""
    texts = {f"{one.group}/{one.version}/{one.kind}" for release in releases() for one in schemas(release).kinds()}
    found = [GroupVersionKind(*text.split("/")) for text in sorted(texts | set(overlay()["apis"]["lifecycle"]))]
    return [one for one in found if not one.kind.endswith(("List", "Options", "Status", "Review", "Event"))]


@pytest.mark.parametrize("release", releases())
def test_what_check_says_is_not_served_is_refused(release: str) -> None:
    objects = [
        {"apiVersion": gvk.api_version, "kind": gvk.kind, "metadata": {"name": f"one-{number}", "namespace": "shelf"}}
        for number, gvk in enumerate(ever_served())
    ]
    analysis = analysis_of(RULES, "\n---\n".join(map(json.dumps, objects)), release=release)
    bundle: Bundle = analysis.snapshot.bundle
    bundle.by_release = True
    ask = Oracle(bundle)
    told = {finding.at.document for finding in analysis.findings}
    for resource in bundle:
        why = why_not_served(resource.gvk, release)
        assert bool(why) == (resource.place.document in told), (release, resource.gvk, why)
        if why:
            record = record_of(resource, ask)
            assert (record["verdict"], record["says"]) == ("refused", why), (release, resource.gvk)


POLICIES = """
apiVersion: admissionregistration.k8s.io/VERSION
kind: MutatingAdmissionPolicy
metadata: {name: seals}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations:
  - patchType: JSONPatch
    jsonPatch: {expression: '[JSONPatch{op: "add", path: "/metadata/labels/seal", value: "wax"}]'}
---
apiVersion: admissionregistration.k8s.io/VERSION
kind: MutatingAdmissionPolicyBinding
metadata: {name: seals}
spec: {policyName: seals}
---
apiVersion: v1
kind: Pod
metadata: {name: letter, namespace: post, labels: {app: letter}}
spec: {containers: [{name: main, image: "post/letter:1"}]}
"""


@pytest.mark.parametrize(("version", "sealed"), [("v1", True), ("v1beta1", False), ("v1alpha1", False)])
def test_a_policy_of_a_version_that_is_off_changes_nothing(version: str, sealed: bool) -> None:
    bundle = bundle_from_text(POLICIES.replace("VERSION", version))
    bundle.by_release = True
    (pod,) = bundle.all("Pod")
    found = Oracle(bundle)(Admitted(pod)).answer.pod
    assert found is not None
    assert ("seal" in found["metadata"]["labels"]) == sealed
