"""Kinds that few write: what the server says of them, from the object alone."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.identity import GroupVersionKind, read_gvk
from kubelens.kube.reading import read_value
from kubelens.predict.apiserver.judge import judge, judge_update
from kubelens.predict.apiserver.options import Options
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.text import Source


def read(text: str) -> dict[str, Any]:
    root, problems = parse_stream(Source("t", text))
    assert not problems
    value = read_value(root).value
    assert isinstance(value, dict)
    return value


def blamed(kind: str, text: str, old: str = "", release: str = "1.36") -> set[tuple[str, str]]:
    version, _, name = kind.rpartition("/")
    gvk = read_gvk(version, name)
    assert isinstance(gvk, GroupVersionKind)
    value = read(text)
    value.setdefault("metadata", {"name": "a"})
    options = Options(release=release)
    if old:
        stored = judge({"metadata": {"name": "a"}, **read(old)}, gvk, options).stored
        assert stored is not None
        causes = judge_update(value, stored, gvk, options, {"metadata": {"name": "a"}, **read(old)}).causes
    else:
        causes = judge(value, gvk, options).causes
    return {(cause.field, str(cause.reason).removeprefix("FieldValue")) for cause in causes}


WORKLOAD = "scheduling.k8s.io/v1alpha2/Workload"
GROUP = "scheduling.k8s.io/v1alpha2/PodGroup"
CANDIDATE = "coordination.k8s.io/v1beta1/LeaseCandidate"
MIGRATION = "storagemigration.k8s.io/v1beta1/StorageVersionMigration"
GANG = "{name: w, schedulingPolicy: {gang: {minCount: 4}}}"
REQUEST = "certificates.k8s.io/v1beta1/PodCertificateRequest"
ASKED = (
    "signerName: example.com/web, podName: p, podUID: u, serviceAccountName: s, serviceAccountUID: u, "
    "nodeName: n1, nodeUID: u"
)
LEASE = "leaseName: l, strategy: OldestEmulationVersion"
CREATES: list[tuple[str, str, set[tuple[str, str]]]] = [
    (WORKLOAD, f"spec: {{podGroupTemplates: [{GANG}]}}", set()),
    (WORKLOAD, f"spec: {{podGroupTemplates: [{GANG}, {GANG}]}}", {("spec.podGroupTemplates[1]", "Duplicate")}),
    (WORKLOAD, "spec: {}", {("spec.podGroupTemplates", "Required")}),
    (WORKLOAD, f"spec: {{controllerRef: {{kind: Job}}, podGroupTemplates: [{GANG}]}}", {("spec.controllerRef.name", "Required")}),
    (WORKLOAD, "spec: {podGroupTemplates: [{name: w}]}", {("spec.podGroupTemplates[0].schedulingPolicy", "Invalid")}),
    (GROUP, "spec: {schedulingPolicy: {basic: {}}}", set()),
    (GROUP, "spec: {schedulingPolicy: {gang: {minCount: 0}}}", {("spec.schedulingPolicy.gang.minCount", "Required")}),
    (GROUP, "spec: {podGroupTemplateRef: {workload: {workloadName: W}}, schedulingPolicy: {basic: {}}}",
     {("spec.podGroupTemplateRef.workload.workloadName", "Invalid"),
      ("spec.podGroupTemplateRef.workload.podGroupTemplateName", "Required")}),
    (CANDIDATE, f"spec: {{{LEASE}, binaryVersion: 1.36.0, emulationVersion: 1.35.0}}", set()),
    (CANDIDATE, f"spec: {{{LEASE}, binaryVersion: 1.34.0, emulationVersion: 1.35.0}}", {("spec.binaryVersion", "Invalid")}),
    (CANDIDATE, f"spec: {{{LEASE}, binaryVersion: 1.36.0}}", {("spec.emulationVersion", "Required")}),
    (CANDIDATE, "spec: {strategy: Newest, binaryVersion: v1}",
     {("spec.leaseName", "Required"), ("spec.binaryVersion", "Invalid"), ("spec.strategy.strategy", "NotSupported")}),
    (CANDIDATE, f"{{metadata: {{name: A_b}}, spec: {{{LEASE}, binaryVersion: 1.36.0, emulationVersion: 1.35.0}}}}", set()),
    (MIGRATION, "spec: {resource: {group: apps, resource: deployments}}", set()),
    (MIGRATION, "spec: {resource: {group: Apps, resource: 1d}}",
     {("spec.resource.group", "Invalid"), ("spec.resource.resource", "Invalid")}),
    (REQUEST, f"spec: {{{ASKED}, stubPKCS10Request: MAA=}}", set()),
    (REQUEST, f"spec: {{{ASKED}, pkixPublicKey: MAA=, proofOfPossession: MAA=}}", set()),
    (REQUEST, f"spec: {{{ASKED}, pkixPublicKey: MAA=, stubPKCS10Request: MAA=}}", {("spec", "Invalid")}),
    (REQUEST, f"spec: {{{ASKED}, stubPKCS10Request: AAAA}}", {("spec.stubPKCS10Request", "Invalid")}),
    (REQUEST, f"spec: {{{ASKED}, stubPKCS10Request: MAA=, maxExpirationSeconds: 7862401}}",
     {("spec.maxExpirationSeconds", "Invalid")}),
    (REQUEST, f"spec: {{{ASKED}, stubPKCS10Request: MAA=, unverifiedUserAnnotations: {{a: b, example.com/a: b}}}}",
     {("spec.unverifiedUserAnnotations", "Invalid")}),
    (REQUEST, f"spec: {{signerName: kubernetes.io/a, podName: P, podUID: {'u' * 129}, serviceAccountName: s, "
     "serviceAccountUID: u, nodeName: n1, stubPKCS10Request: MAA=, maxExpirationSeconds: 86401}",
     {("spec.podName", "Invalid"), ("spec.podUID", "TooLong"), ("spec.nodeUID", "Invalid"),
      ("spec.maxExpirationSeconds", "Invalid")}),
    ("networking.k8s.io/v1/ServiceCIDR", "spec: {cidrs: ['FD00::/64']}", {("spec.cidrs[0]", "Invalid")}),
    ("networking.k8s.io/v1/ServiceCIDR", "spec: {cidrs: [10.0.0.0/24, 10.1.0.0/24, 10.2.0.0/24]}", {("spec.cidrs", "Invalid")}),
    ("apps/v1/ControllerRevision", "{revision: 1, data: text}", {("data", "Invalid")}),
    ("apps/v1/ControllerRevision", "{revision: 1, data: {a: 1}}", set()),
    ("storage.k8s.io/v1/CSIDriver", "spec: {serviceAccountTokenInSecrets: true}", {("spec.serviceAccountTokenInSecrets", "Invalid")}),
    ("v1/Node", "metadata: {name: node, annotations: {scheduler.alpha.kubernetes.io/preferAvoidPods: '['}}",
     {("metadata.annotations.AvoidPods", "Invalid")}),
    ("flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration",
     "{metadata: {name: catch-all}, spec: {type: Limited, limited: {nominalConcurrencyShares: 5, limitResponse: {type: Reject}}}}", set()),
    ("flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration",
     "{metadata: {name: catch-all}, spec: {type: Limited, limited: {limitResponse: {type: Reject}}}}", {("spec", "Invalid")}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "wrong"), CREATES)
def test_new_objects(kind: str, text: str, wrong: set[tuple[str, str]]) -> None:
    assert blamed(kind, text) == wrong


NODE = "{metadata: {name: a}, spec: {podCIDR: 10.0.0.0/24, podCIDRs: [10.0.0.0/24], providerID: x://1}}"
SECRET = "{type: kubernetes.io/basic-auth, stringData: {username: a}}"
SET = (
    "selector: {matchLabels: {a: b}}, serviceName: s, template: {metadata: {labels: {a: b}}, "
    "spec: {containers: [{name: c, image: i}]}}"
)
EVENT = (
    "{metadata: {name: a, namespace: d}, eventTime: '2026-01-02T03:04:05.000006Z', reportingController: a.b/c, "
    "reportingInstance: i, action: A, reason: R, type: Warning, note: %s, regarding: {kind: Pod, name: p, namespace: d}}"
)
SERVICE = "spec: {type: %s, clusterIP: 10.96.0.7, ports: [{port: 80}]%s}"
UPDATES: list[tuple[str, str, str, set[tuple[str, str]]]] = [
    (WORKLOAD, f"spec: {{podGroupTemplates: [{GANG}]}}", f"spec: {{podGroupTemplates: [{GANG.replace('4', '5')}]}}",
     {("spec.podGroupTemplates", "Invalid")}),
    (GROUP, "spec: {schedulingPolicy: {basic: {}}}", "spec: {schedulingPolicy: {gang: {minCount: 2}}}",
     {("spec.schedulingPolicy", "Invalid")}),
    (MIGRATION, "spec: {resource: {resource: pods}}", "spec: {resource: {resource: nodes}}", {("spec", "Invalid")}),
    (REQUEST, f"spec: {{{ASKED}, stubPKCS10Request: MAA=}}", f"spec: {{{ASKED}, stubPKCS10Request: MAUAAAAAAA==}}",
     {("spec", "Invalid")}),
    ("v1/Node", NODE, NODE.replace("x://1", "x://2"), {("spec.providerID", "Forbidden")}),
    ("v1/Node", NODE, "spec: {providerID: x://1}", {("spec.podCIDRs", "Forbidden")}),
    ("v1/Node", "spec: {}", NODE, set()),
    ("v1/Secret", SECRET, "type: kubernetes.io/basic-auth", set()),
    ("v1/Secret", "{type: kubernetes.io/basic-auth, data: {username: YQ==}}", "type: kubernetes.io/basic-auth",
     {("data[username]", "Required"), ("data[password]", "Required")}),
    ("apps/v1/StatefulSet", f"spec: {{{SET}}}", f"spec: {{{SET}, updateStrategy: {{type: OnDelete}}}}",
     {("spec.updateStrategy.rollingUpdate", "Invalid")}),
    ("apps/v1/StatefulSet", f"spec: {{{SET}, updateStrategy: {{type: RollingUpdate, rollingUpdate: {{partition: 1}}}}}}",
     f"spec: {{{SET}, updateStrategy: {{type: OnDelete}}}}", set()),
    ("events.k8s.io/v1/Event", EVENT % "a", EVENT % "b", {("message", "Invalid")}),
    ("v1/Service", SERVICE % ("ClusterIP", ""), SERVICE % ("ExternalName", ", externalName: e.example.com"), set()),
    ("networking.k8s.io/v1/ServiceCIDR", "spec: {cidrs: [10.0.0.0/24]}", "spec: {cidrs: [10.1.0.0/24]}", {("spec.cidrs[0]", "Invalid")}),
    ("apps/v1/ControllerRevision", "{revision: 1, data: {a: 1}}", "revision: 1", {("data", "Invalid")}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "old", "new", "wrong"), UPDATES)
def test_changes(kind: str, old: str, new: str, wrong: set[tuple[str, str]]) -> None:
    assert blamed(kind, new, old) == wrong


def test_reasons_are_those_of_the_release() -> None:
    old, new = "{provisioner: a.b/c, parameters: {k: v}}", "provisioner: a.b/c"
    assert blamed("storage.k8s.io/v1/StorageClass", new, old) == {("parameters", "Invalid")}
    assert blamed("storage.k8s.io/v1/StorageClass", new, old, "1.33") == {("parameters", "Forbidden")}


def test_keys_of_pod_certificates_by_release() -> None:
    assert blamed(REQUEST, f"spec: {{{ASKED}}}", release="1.35") == {("spec.pkixPublicKey", "Invalid")}
    assert blamed(REQUEST, f"spec: {{{ASKED}}}", release="1.36") == {("spec", "Invalid")}
    key = f"spec: {{{ASKED}, pkixPublicKey: MAA=}}"
    assert blamed(REQUEST, key, release="1.35") == {("spec.proofOfPossession", "Invalid")}
