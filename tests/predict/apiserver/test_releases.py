"""What an API server takes depends on its release: gates that are on by default, and changes without a gate."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.identity import GroupVersionKind, read_gvk
from kubelens.kube.reading import read_value
from kubelens.predict.apiserver.judge import judge, judge_update
from kubelens.predict.apiserver.options import Options
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.text import Source

POD = "{metadata: {name: a}, spec: {containers: [{name: c, image: i%s}]%s}}"
SERVICE = "{metadata: {name: a}, spec: {ports: [{port: 80}]%s}}"
INGRESS = "{metadata: {name: a}, spec: {defaultBackend: {service: {name: 1web, port: {number: 80}}}}}"
AUTOSCALER = (
    "{metadata: {name: a}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}, minReplicas: 0, "
    "maxReplicas: 2, metrics: [{type: External, external: {metric: {name: q}, target: {type: Value, value: 1}}}]}}"
)
PROJECTED = ", volumes: [{name: v, projected: {sources: [{%s}]}}]"
AT = "spec.volumes[0].projected.sources[0]"
CASES: list[tuple[str, str, str, str]] = [
    ("v1/Service", "{metadata: {name: 1web}, spec: {ports: [{port: 80}]}}", "1.36", "metadata.name"),
    ("networking.k8s.io/v1/Ingress", INGRESS, "1.36", "spec.defaultBackend.service.name"),
    ("v1/Service", SERVICE % ", trafficDistribution: PreferSameNode", "1.34", "spec.trafficDistribution"),
    ("v1/Pod", POD % ("", ", dnsConfig: {searches: [_tcp.example.com, '.']}"), "1.33", "spec.dnsConfig.searches[0]"),
    ("autoscaling/v2/HorizontalPodAutoscaler", AUTOSCALER, "1.37", "spec.minReplicas"),
    (
        "v1/Pod",
        POD
        % (
            ", restartPolicy: Never, restartPolicyRules: [{action: RestartAllContainers, exitCodes: "
            "{operator: In, values: [1]}}]",
            "",
        ),
        "1.36",
        "spec.containers[0].restartPolicyRules[0].action",
    ),
    ("v1/Pod", POD % (", env: [{name: 'a b', value: c}]", ""), "1.32", "spec.containers[0].env[0].name"),
]
"""(kind, object, the release since which it is taken, what an older server blames first)."""
STRICTER: list[tuple[str, str, str, str]] = [
    ("v1/Service", SERVICE % ", externalIPs: [010.1.2.3]", "1.36", "spec.externalIPs[0]"),
    ("networking.k8s.io/v1/NetworkPolicy",
     "{metadata: {name: a}, spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.1.2.3/8}}]}]}}", "1.36",
     "spec.ingress[0].from[0].ipBlock.cidr"),
    ("v1/Node", "{metadata: {name: a}, spec: {podCIDRs: [10.1.2.3/8]}}", "1.36", "spec.podCIDRs[0]"),
    ("apps/v1/ControllerRevision", "{metadata: {name: a}, revision: 1, data: text}", "1.34", "data"),
    ("v1/Pod", POD % ("", PROJECTED % "clusterTrustBundle: {path: a}"), "1.37", f"{AT}.clusterTrustBundlePEM"),
    ("v1/Pod", POD % ("", PROJECTED % "podCertificate: {signerName: a.b/c, keyType: ED25519}"), "1.37", f"{AT}.podCertificate"),
    ("storage.k8s.io/v1/CSIDriver", "{metadata: {name: a}, spec: {nodeAllocatableUpdatePeriodSeconds: 1}}", "1.35",
     "spec.nodeAllocatableUpdatePeriodSeconds"),
]  # fmt: skip
"""(kind, object, the release since which it is refused, what is blamed)."""


def read(text: str) -> dict[str, Any]:
    root, problems = parse_stream(Source("t", text))
    assert not problems
    value = read_value(root).value
    assert isinstance(value, dict)
    return value


def kind_of(text: str) -> GroupVersionKind:
    version, _, kind = text.rpartition("/")
    gvk = read_gvk(version, kind)
    assert isinstance(gvk, GroupVersionKind)
    return gvk


def before(release: str) -> str:
    return f"1.{int(release.removeprefix('1.')) - 1}"


def blamed(kind: str, text: str, release: str) -> list[str]:
    return [cause.field for cause in judge(read(text), kind_of(kind), Options(release=release)).causes]


@pytest.mark.parametrize(("kind", "text", "since", "field"), CASES)
def test_what_newer_servers_take(kind: str, text: str, since: str, field: str) -> None:
    assert blamed(kind, text, since) == []
    assert blamed(kind, text, before(since))[:1] == [field]


@pytest.mark.parametrize(("kind", "text", "since", "field"), STRICTER)
def test_what_newer_servers_refuse(kind: str, text: str, since: str, field: str) -> None:
    assert blamed(kind, text, before(since)) == []
    assert blamed(kind, text, since)[:1] == [field]


def test_fields_of_gates_that_are_off_are_dropped_before_anything_is_said_of_them() -> None:
    job = (
        "{metadata: {name: a}, spec: {successPolicy: {rules: []}, "
        "template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}"
    )
    assert blamed("batch/v1/Job", job, "1.31") != []
    judged = judge(read(job), kind_of("batch/v1/Job"), Options(release="1.30"))
    assert judged.accepted
    assert judged.stored is not None
    assert "successPolicy" not in judged.stored["spec"]


SET = (
    "{metadata: {name: a}, spec: {selector: {matchLabels: {a: b}}, serviceName: s%s, "
    "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}"
)
CLAIM = "{metadata: {name: a}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}, status: {phase: Bound, capacity: {storage: 1Gi}}}"
CHANGES = [
    ("apps/v1/StatefulSet", SET % ", revisionHistoryLimit: 3", SET % ", revisionHistoryLimit: 4", "1.33", "spec"),
    ("v1/PersistentVolumeClaim", CLAIM % "3Gi", CLAIM % "2Gi", "1.32", "spec.resources.requests.storage"),
]


@pytest.mark.parametrize(("kind", "old", "new", "since", "field"), CHANGES)
def test_what_newer_servers_let_change(kind: str, old: str, new: str, since: str, field: str) -> None:
    for release, fields in ((since, []), (before(since), [field])):
        options = Options(release=release)
        causes = judge_update(
            read(new), judge(read(old), kind_of(kind), options).stored or {}, kind_of(kind), options
        ).causes
        assert [cause.field for cause in causes] == fields


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("clusterTrustBundle: {name: 'a.b:c:d', path: a}", []),
        ("clusterTrustBundle: {name: D, signerName: a.b/c, path: ../a}",
         [f"{AT}.clusterTrustBundlePEM", f"{AT}.clusterTrustBundlePEM.path"]),
        ("clusterTrustBundle: {signerName: a, path: a}, secret: {name: s}", [f"{AT}.clusterTrustBundlePEM.signerName", AT]),
        ("podCertificate: {signerName: a.b/c, keyType: ED25519, keyPath: k, certificateChainPath: k}", ["spec.volumes[0].projected"]),
        ("podCertificate: {signerName: kubernetes.io/c, keyType: RSA1, keyPath: k, maxExpirationSeconds: 86401}",
         [f"{AT}.podCertificate.keyType", f"{AT}.podCertificate.maxExpirationSeconds"]),
        ("podCertificate: {signerName: a.b/c, keyType: ED25519, keyPath: k, userAnnotations: {a: b}}",
         [f"{AT}.podCertificate.userAnnotations"]),
    ],
)  # fmt: skip
def test_projected_certificates(source: str, wrong: list[str]) -> None:
    assert blamed("v1/Pod", POD % ("", PROJECTED % source), "1.37") == wrong
