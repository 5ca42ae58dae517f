from __future__ import annotations

from typing import Any

import pytest

from tests.predict.apiserver.judging import blamed, pod

VOLUME = {"name": "data", "emptyDir": {}}
CONTAINER = "spec.containers[0]"


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({}, set()),
        ({"name": "Main"}, {("name", "Invalid")}),
        ({"image": ""}, {("image", "Required")}),
        ({"image": " app:1"}, {("image", "Invalid")}),
        ({"imagePullPolicy": "Sometimes"}, {("imagePullPolicy", "NotSupported")}),
        ({"ports": [{"containerPort": 0}]}, {("ports[0].containerPort", "Required")}),
        ({"ports": [{"containerPort": 70000}]}, {("ports[0].containerPort", "Invalid")}),
        (
            {"ports": [{"name": "a", "containerPort": 1}, {"name": "a", "containerPort": 2}]},
            {("ports[1].name", "Duplicate")},
        ),
        ({"env": [{"name": "a=b"}]}, {("env[0].name", "Invalid")}),
        ({"env": [{"name": "A", "valueFrom": {}}]}, {("env[0].valueFrom", "Invalid")}),
        (
            {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"key": "k"}}}]},
            {("env[0].valueFrom.secretKeyRef.name", "Invalid")},
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeNam"}}}]},
            {("env[0].valueFrom.fieldRef.fieldPath", "Invalid")},
        ),
        (
            {
                "env": [
                    {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1024"}}}
                ]
            },
            {("env[0].valueFrom.resourceFieldRef.divisor", "Invalid")},
        ),
        (
            {
                "env": [
                    {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Ki"}}}
                ]
            },
            set(),
        ),
        ({"envFrom": [{}]}, {("envFrom", "Invalid")}),
        (
            {"livenessProbe": {"tcpSocket": {"port": 80}, "successThreshold": 2}},
            {("livenessProbe.successThreshold", "Invalid")},
        ),
        ({"readinessProbe": {"tcpSocket": {"port": 80}, "successThreshold": 2}}, set()),
        ({"livenessProbe": {"periodSeconds": 5}}, {("livenessProbe", "Required")}),
        ({"lifecycle": {"preStop": {"sleep": {"seconds": 31}}}}, {("lifecycle.preStop.sleep", "Invalid")}),
        ({"resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}}, {("resources.requests", "Invalid")}),
        (
            {"resources": {"limits": {"gpu": "1"}}},
            {("resources.limits[gpu]", "Invalid"), ("resources.requests[gpu]", "Invalid")},
        ),
        ({"resources": {"requests": {"example.com/gpu": "1"}}}, {("resources.limits", "Required")}),
        (
            {"securityContext": {"privileged": True, "allowPrivilegeEscalation": False}},
            {("securityContext", "Invalid")},
        ),
        (
            {"securityContext": {"seccompProfile": {"type": "Localhost"}}},
            {("securityContext.seccompProfile.localhostProfile", "Required")},
        ),
        ({"securityContext": {"runAsUser": -1}}, {("securityContext.runAsUser", "Invalid")}),
        (
            {"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}]},
            {("restartPolicy", "Required")},
        ),
    ],
)
def test_a_container(container: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    found = blamed("Pod", pod(container))
    assert found == {(f"{CONTAINER}.{field}", reason) for field, reason in expected}


@pytest.mark.parametrize(
    ("mount", "expected"),
    [
        ({"name": "data", "mountPath": "/d"}, set()),
        ({"name": "dat", "mountPath": "/d"}, {("volumeMounts[0].name", "NotFound")}),
        ({"name": "data", "mountPath": "/d", "subPath": "../x"}, {("volumeMounts.subPath", "Invalid")}),
        (
            {"name": "data", "mountPath": "/d", "mountPropagation": "Bidirectional"},
            {("volumeMounts.mountPropagation", "Forbidden")},
        ),
        (
            {"name": "data", "mountPath": "/d", "recursiveReadOnly": "Enabled"},
            {("volumeMounts.recursiveReadOnly", "Forbidden")},
        ),
        ({"name": "data"}, {("volumeMounts[0].mountPath", "Required")}),
    ],
)
def test_a_mount(mount: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    found = blamed("Pod", pod({"volumeMounts": [mount]}, volumes=[VOLUME]))
    assert found == {(f"{CONTAINER}.{field}", reason) for field, reason in expected}


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ({"hostPath": {"path": "/a/../b"}}, {("hostPath.path", "Invalid")}),
        ({"hostPath": {"path": "/a", "type": "Dir"}}, {("hostPath.type", "NotSupported")}),
        ({"emptyDir": {}, "secret": {"secretName": "s"}}, {("secret", "Forbidden")}),
        ({"emptyDir": {}, "downwardAPI": {}}, {("downwarAPI", "Forbidden")}),
        ({"gcePersistentDisk": {"pdName": ""}}, {("persistentDisk.pdName", "Required")}),
        (
            {"iscsi": {"targetPortal": "1.2.3.4", "lun": 0, "iqn": "iqn.2001-04.com.example"}},
            {("iscsi.iqn", "Invalid")},
        ),
        ({"iscsi": {"targetPortal": "1.2.3.4", "lun": 0, "iqn": "iqn.2001-04.com.example:disk"}}, set()),
        ({"projected": {"sources": [{}]}}, set()),
        (
            {
                "projected": {
                    "sources": [
                        {"configMap": {"name": "a", "items": [{"key": "k", "path": "p"}, {"key": "l", "path": "p"}]}}
                    ]
                }
            },
            {("projected", "Invalid")},
        ),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
            {("projected.sources[0].serviceAccountToken", "Forbidden")},
        ),
        ({"ephemeral": {}}, {("ephemeral.volumeClaimTemplate", "Required")}),
        ({"flexVolume": {"driver": "d", "options": {"k8s.io/x": "y"}}}, {("flexVolume.options[k8s.io/x]", "Invalid")}),
        ({"image": {}}, {("image.reference", "Required")}),
    ],
)
def test_a_volume(volume: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    found = blamed("Pod", pod(volumes=[{"name": "v", **volume}]))
    assert found == {(f"spec.volumes[0].{field}", reason) for field, reason in expected}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"restartPolicy": "never"}, {("restartPolicy", "NotSupported")}),
        ({"dnsPolicy": "None"}, {("dnsConfig", "Required")}),
        ({"hostAliases": [{"ip": "010.0.0.1", "hostnames": ["a"]}]}, {("hostAliases[0].ip", "Invalid")}),
        ({"activeDeadlineSeconds": 0}, {("activeDeadlineSeconds", "Invalid")}),
        ({"os": {"name": "Linux"}}, {("os", "NotSupported")}),
        ({"os": {"name": "windows"}, "hostPID": True}, {("hostPID", "Forbidden")}),
        ({"hostUsers": False, "hostPID": True}, {("HostPID", "Forbidden")}),
        ({"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]}, {("tolerations[0].operator", "Invalid")}),
        ({"nodeName": "n", "schedulingGates": [{"name": "a"}]}, {("nodeName", "Forbidden")}),
        ({"securityContext": {"windowsOptions": {"hostProcess": True}}}, {("hostNetwork", "Invalid")}),
        (
            {
                "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}]
                * 2
            },
            {("topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}", "Duplicate")},
        ),
        (
            {"initContainers": [{"name": "main", "image": "a", "livenessProbe": {"tcpSocket": {"port": 1}}}]},
            {("initContainers[0].name", "Duplicate"), ("initContainers[0].livenessProbe", "Forbidden")},
        ),
        ({"ephemeralContainers": [{"name": "debug", "image": "a"}]}, {("ephemeralContainers", "Forbidden")}),
        (
            {"resources": {"limits": {"ephemeral-storage": "1Gi"}}},
            {("resources.limits[ephemeral-storage]", "NotSupported")},
        ),
        ({"resourceClaims": [{"name": "gpu"}]}, {("resourceClaims[0]", "Invalid")}),
    ],
)
def test_a_spec(spec: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert blamed("Pod", pod(**spec)) == {(f"spec.{field}", reason) for field, reason in expected}


def test_labels_of_the_pod_are_merged_into_affinity_before_keys_are_compared() -> None:
    term = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "x"}}, "matchLabelKeys": ["app"]}
    value = pod(affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}})
    assert blamed("Pod", value) == set()
    value["metadata"]["labels"] = {"app": "web"}
    field = "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0][0]"
    assert blamed("Pod", value) == {(field, "Invalid")}


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (
            "seccomp.security.alpha.kubernetes.io/pod",
            "bogus",
            "metadata.annotations.seccomp.security.alpha.kubernetes.io/pod",
        ),
        (
            "container.apparmor.security.beta.kubernetes.io/other",
            "runtime/default",
            "metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]",
        ),
        (
            "controller.kubernetes.io/pod-deletion-cost",
            "+1",
            "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]",
        ),
        ("kubernetes.io/config.mirror", "x", "metadata.annotations[kubernetes.io/config.mirror]"),
        ("controller.kubernetes.io/pod-deletion-cost", "-10", None),
    ],
)
def test_annotations_that_mean_something(annotation: str, value: str, expected: str | None) -> None:
    made = pod()
    made["metadata"]["annotations"] = {annotation: value}
    assert blamed("Pod", made) == ({(expected, "Invalid")} if expected else set())


@pytest.mark.parametrize(
    ("release", "container", "expected"),
    [
        ("1.34", {"restartPolicy": "Never"}, {(f"{CONTAINER}.restartPolicy", "Forbidden")}),
        ("1.36", {"restartPolicy": "Never"}, set()),
        ("1.31", {"env": [{"name": "1 a"}]}, {(f"{CONTAINER}.env[0].name", "Invalid")}),
        ("1.36", {"env": [{"name": "1 a"}]}, set()),
    ],
)
def test_releases_differ(release: str, container: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert blamed("Pod", pod(container), release) == expected
