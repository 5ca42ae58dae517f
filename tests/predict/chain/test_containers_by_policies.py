"""A container that a policy adds to new Pods: the plugins that ran before it give it what they give all others."""

from __future__ import annotations

from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted
from kubelens.testing import analysis_of

ORCHESTRA = """\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: conductor}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration:
      expression: 'Object{spec: Object.spec{containers: [Object.spec.containers{name: "conductor", image: "hall/conductor:1"}]}}'
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: conductor}
spec: {policyName: conductor}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: strings, namespace: hall}
spec:
  selector: {matchLabels: {app: strings}}
  template:
    metadata: {labels: {app: strings}}
    spec: {containers: [{name: violin, image: "hall/violin:1"}]}
"""


def test_a_token_is_mounted_in_it_from_the_one_volume() -> None:
    bundle = analysis_of([], ORCHESTRA).snapshot.bundle
    strings = bundle.get("Deployment", "hall", "strings")
    assert strings is not None
    pods = Oracle(bundle)(Admitted(strings)).answer
    assert (pods.refusal, pods.changed_by) == ("", ("conductor",))
    assert pods.pod is not None
    assert [volume["name"] for volume in pods.pod["spec"]["volumes"]] == ["kube-api-access"]
    mounted = {c["name"]: [mount["name"] for mount in c["volumeMounts"]] for c in pods.pod["spec"]["containers"]}
    assert mounted == {"violin": ["kube-api-access"], "conductor": ["kube-api-access"]}
