"""Every field of Pods and Nodes in the schema is read by a plugin here, of no interest to any, or said to be unread."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.schema import schemas
from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed
from kubelens.predict.scheduler.cycle import schedule
from kubelens.predict.scheduler.pod_info import read_pod
from kubelens.predict.scheduler.state import cluster_state
from kubelens.predict.scheduler.unread_fields import UNREAD
from kubelens.testing import bundle_from_text

OF_NO_INTEREST = {
    "spec": """activeDeadlineSeconds automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks
        ephemeralContainers hostAliases hostIPC hostPID hostname hostnameOverride imagePullSecrets os priorityClassName
        readinessGates restartPolicy runtimeClassName securityContext serviceAccount serviceAccountName
        setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds""",
    "status": """ephemeralContainerStatuses extendedResourceClaimStatus hostIP hostIPs message observedGeneration podIP
        podIPs qosClass reason resize""",
    "spec.containers[]": """args command env envFrom imagePullPolicy lifecycle livenessProbe readinessProbe resizePolicy
        securityContext startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices
        volumeMounts workingDir""",
    "spec.volumes[]": """azureFile cephfs configMap csi downwardAPI emptyDir fc flexVolume flocker gitRepo glusterfs
        hostPath nfs photonPersistentDisk projected quobyte scaleIO secret storageos vsphereVolume""",
    "node.spec": "configSource externalID podCIDR podCIDRs providerID",
    "node.status": "addresses conditions config daemonEndpoints phase runtimeHandlers volumesAttached volumesInUse",
}
"""What no plugin of the default profile of 1.36 reads; what admission makes other fields of is among them."""
TYPES = {
    "spec": "core.v1.PodSpec",
    "status": "core.v1.PodStatus",
    "spec.containers[]": "core.v1.Container",
    "spec.volumes[]": "core.v1.Volume",
    "node.spec": "core.v1.NodeSpec",
    "node.status": "core.v1.NodeStatus",
}


class Watched(dict[str, Any]):
    """A map that remembers which of its fields were looked for."""

    def __init__(self, value: dict[str, Any], seen: set[str]) -> None:
        super().__init__(value)
        self._seen = seen

    def get(self, key: str, default: Any = None) -> Any:
        self._seen.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._seen.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        self._seen.add(key)
        return super().__getitem__(key)


@pytest.fixture(scope="module")
def read() -> dict[str, set[str]]:
    """The fields that a cycle looks for, by what holds them."""
    seen: dict[str, set[str]] = {place: set() for place in TYPES}

    def watched(place: str, value: dict[str, Any]) -> Watched:
        return Watched(value, seen[place])

    def pod(name: str, volume: dict[str, Any], **spec: Any) -> dict[str, Any]:
        container = watched("spec.containers[]", {"name": "main", "restartPolicy": "Always"})
        spec = {
            "containers": [container],
            "initContainers": [container],
            "volumes": [watched("spec.volumes[]", {"name": "v", **volume})],
            "resourceClaims": [{"name": "d", "resourceClaimTemplateName": "t"}],
            "resources": {"requests": {"cpu": "1"}},
            "hostNetwork": True,
            **spec,
        }
        given = {"name": "main", "resources": {"requests": {"cpu": "1"}}}
        status = watched("status", {"allocatedResources": {"cpu": "1"}, "containerStatuses": [given]})
        return {"kind": "Pod", "metadata": {"name": name}, "spec": watched("spec", spec), "status": status}

    room = {"cpu": "4", "memory": "8Gi", "pods": "10"}
    node = {
        "kind": "Node",
        "metadata": {"name": "a", "labels": {"kubernetes.io/hostname": "a"}},
        "spec": watched("node.spec", {}),
        "status": watched("node.status", {"allocatable": room}),
    }
    template = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": {"name": "t"},
        "spec": {},
    }
    csi = {
        "kind": "CSINode",
        "metadata": {"name": "a"},
        "spec": {"drivers": [{"name": "x", "allocatable": {"count": 1}}]},
    }
    unlimited = {**node, "status": watched("node.status", {"capacity": room})}
    cluster_state([unlimited])
    state = cluster_state([node, template, csi, pod("old", {}, nodeName="a")])
    for volume in ({}, {"persistentVolumeClaim": {"claimName": "c"}}, {"ephemeral": {}}):
        schedule(read_pod(pod("new", volume)), state)
    schedule(read_pod(pod("disk", {"iscsi": {"iqn": "q"}})), state)
    return seen


@pytest.mark.parametrize("place", TYPES)
def test_what_is_neither_read_nor_of_no_interest_is_said(place: str, read: dict[str, set[str]]) -> None:
    known = set(schemas("1.36").type(TYPES[place]).fields)
    idle = set(OF_NO_INTEREST[place].split())
    assert idle <= known
    assert not idle & read[place]
    said = {path.removeprefix(f"{place}.") for path in UNREAD if path.rpartition(".")[0] == place}
    assert known - idle - read[place] == said


ALL = """
apiVersion: v1
kind: Pod
metadata: {name: odd}
spec:
  schedulerName: other
  containers: [{name: c, image: x}]
  volumes: [{name: v, image: {reference: "y:1"}}]
status: {nominatedNodeName: a}
"""


def test_such_fields_are_told_with_the_answer() -> None:
    node = '{"kind": "Node", "metadata": {"name": "a"}, "status": {"allocatable": {"pods": "9"}}}'
    told = Oracle(bundle_from_text(ALL))(Placed((node,))).answer.assumptions
    for word in ("scheduler 'other'", "image volume", "nominatedNodeName"):
        assert any(text.startswith("Pod default/odd:") and word in text for text in told), word
