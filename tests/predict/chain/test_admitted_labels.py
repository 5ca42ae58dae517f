"""Labels that a policy gives new Pods: what selectors meet are the labels of the Pods that are stored."""

from __future__ import annotations

import pytest

from kubelens.engine.analysis import Analysis
from kubelens.kube.labels_let_in import labels_let_in
from kubelens.kube.network import read_service
from kubelens.kube.selector import equality_selector
from kubelens.kube.workload import _BY_NAMESPACE, selected_workloads, workloads
from kubelens.predict.api import Oracle
from kubelens.predict.network.destination import behind
from kubelens.predict.network.policy import INGRESS, IsolationOf
from kubelens.predict.network.service import ServicePathsOf
from kubelens.rules.catalogue import kubelens_rules
from kubelens.rules.references import policy_selects_nothing, service_selects_nothing
from kubelens.rules.security import pod_without_network_policy
from kubelens.testing import analysis_of, bundle_from_text, findings_of

_POLICY = """\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: berths}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [OPERATION], resources: [RESOURCES]}]
    namespaceSelector: {matchLabels: {afloat: "yes"}}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration: {expression: 'EXPRESSION'}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: berths}
spec: {policyName: berths}
---
apiVersion: v1
kind: Namespace
metadata: {name: quay, labels: {afloat: "AFLOAT"}}
---
"""
_HARBOUR = """\
apiVersion: v1
kind: Pod
metadata: {name: ferry, namespace: quay, labels: {app: ferry, berth: south}}
spec: {containers: [{name: ferry, image: "quay/ferry:2", ports: [{containerPort: 90}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tug, namespace: quay}
spec:
  replicas: 2
  selector: {matchLabels: {app: tug}}
  template:
    metadata: {labels: {app: tug, berth: south}}
    spec: {containers: [{name: tug, image: "quay/tug:2", ports: [{containerPort: 90}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: ferry, namespace: quay}
spec: {selector: {app: ferry, berth: north}, ports: [{port: 90}]}
---
apiVersion: v1
kind: Service
metadata: {name: tug, namespace: quay}
spec: {selector: {app: tug, berth: north}, ports: [{port: 90}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: tug, namespace: quay}
spec: {podSelector: {matchLabels: {app: tug, berth: north}}, policyTypes: [Ingress]}
"""
_NORTH = 'Object{metadata: Object.metadata{labels: {"berth": "north"}}}'
_NOT_MODELLED = (
    'Object{metadata: Object.metadata{labels: {"berth": authorizer.group("").resource("pods").check("get").reason()}}}'
)
_CONTAINER = 'Object{spec: Object.spec{hostname: "keel"}}'


def _with_policy(
    expression: str = _NORTH, operation: str = "CREATE", afloat: str = "yes", resources: str = "pods"
) -> str:
    policy = _POLICY.replace("EXPRESSION", expression).replace("OPERATION", operation).replace("AFLOAT", afloat)
    return policy.replace("RESOURCES", resources) + _HARBOUR


def _behind(found: Analysis, name: str) -> tuple[str, ...]:
    bundle = found.snapshot.bundle
    resource = bundle.get("Service", "quay", name)
    assert resource is not None
    service = read_service(resource)
    assert service is not None
    return behind(Oracle(bundle), service, service.ports[0]).pods


def _isolated(found: Analysis, kind: str, name: str) -> list[str]:
    bundle = found.snapshot.bundle
    workload = bundle.get(kind, "quay", name)
    assert workload is not None
    return [policy.name for policy in Oracle(bundle)(IsolationOf(workload, INGRESS)).answer]


_SELECTING = [service_selects_nothing.check, policy_selects_nothing.check]


def test_selectors_meet_the_labels_that_a_policy_gives() -> None:
    found = analysis_of(_SELECTING, _with_policy())
    assert _behind(found, "ferry") == ("Pod quay/ferry:90",)
    assert _behind(found, "tug") == ("Deployment quay/tug:90",)
    assert _isolated(found, "Deployment", "tug") == ["tug"]
    assert _isolated(found, "Pod", "ferry") == []
    assert found.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        _HARBOUR,
        _with_policy(operation="UPDATE"),
        _with_policy(afloat="no"),
        _with_policy(resources="services"),
        _with_policy(expression=_CONTAINER),
        _with_policy(expression='Object{metadata: Object.metadata{labels: {"berth": "west"}}}'),
    ],
)
def test_what_no_policy_labels_is_still_not_selected(text: str) -> None:
    found = analysis_of(_SELECTING, text)
    assert (_behind(found, "ferry"), _behind(found, "tug"), _isolated(found, "Deployment", "tug")) == ((), (), [])
    assert [(f.rule, f.message.split("'")[1]) for f in found.findings] == [
        ("service-selects-nothing", "quay/ferry"),
        ("service-selects-nothing", "quay/tug"),
        ("policy-selects-nothing", "quay/tug"),
    ]


def test_a_label_that_a_policy_overwrites_is_not_selected_by() -> None:
    text = _with_policy(expression='Object{metadata: Object.metadata{labels: {"app": "barge"}}}')
    found = analysis_of([], text.replace(", berth: north", ""))
    assert (_behind(found, "ferry"), _isolated(found, "Deployment", "tug")) == ((), [])


def test_labels_that_cannot_be_told_keep_rules_silent_and_predictions_as_the_template_is() -> None:
    found = analysis_of([*_SELECTING, pod_without_network_policy.check], _with_policy(expression=_NOT_MODELLED))
    assert (found.findings, _behind(found, "tug")) == ((), ())
    given = labels_let_in(found.snapshot.bundle)
    assert {resource.name: (dict(one.labels), one.open) for resource, one in given.items()} == {
        "ferry": ({"app": "ferry", "berth": "south"}, True),
        "tug": ({"app": "tug", "berth": "south"}, True),
    }


def test_a_pod_that_a_cluster_holds_keeps_its_labels() -> None:
    held = "{name: ferry, namespace: quay, uid: 7f0d, labels: {app: ferry, berth: south}}"
    text = _with_policy().replace("{name: ferry, namespace: quay, labels: {app: ferry, berth: south}}", held)
    assert _behind(analysis_of([], text), "ferry") == ()


def test_asking_policies_selects_nothing_itself() -> None:
    bundle = analysis_of([], _with_policy()).snapshot.bundle
    _BY_NAMESPACE.pop(bundle, None)
    assert len(labels_let_in(bundle)) == 2
    assert bundle not in _BY_NAMESPACE
    chosen = selected_workloads(bundle, equality_selector({"berth": "north"}), "quay")
    assert [workload.name for workload in chosen] == [workload.name for workload in workloads(bundle, "quay")]


PORTS = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: harbour}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations:
  - patchType: JSONPatch
    jsonPatch:
      expression: >-
        [JSONPatch{op: "add", path: "/spec/containers/0/ports",
        value: [Object.spec.containers.ports{name: "sea", containerPort: 7070}]}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: harbour}
spec: {policyName: harbour}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: quay, namespace: coast}
spec:
  selector: {matchLabels: {app: quay}}
  template:
    metadata: {labels: {app: quay}}
    spec: {containers: [{name: main, image: "coast/quay:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: quay, namespace: coast}
spec: {selector: {app: quay}, ports: [{port: 80, targetPort: sea}]}
"""


def test_services_meet_the_ports_that_a_policy_gives() -> None:
    (rule,) = (rule for rule in kubelens_rules() if rule.name == "named-target-port-missing")
    for text, missing in ((PORTS, 0), (PORTS.replace('name: "sea"', 'name: "land"'), 1)):
        bundle = bundle_from_text(text)
        (resource,) = bundle.all("Service")
        (one,) = Oracle(bundle)(ServicePathsOf(resource)).answer.ports
        assert tuple(one.pods) == (() if missing else ("Deployment coast/quay:7070",))
        assert len(findings_of(rule, text)) == missing
