"""Every field of Pods, Nodes and what stands below in the schema is read by a plugin here, of no interest to any, or said to be unread."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from kubelens.kube.schema import schemas
from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed
from kubelens.predict.scheduler.cycle import schedule
from kubelens.predict.scheduler.placement import place
from kubelens.predict.scheduler.pod_info import read_pod
from kubelens.predict.scheduler.state import cluster_state
from kubelens.predict.scheduler.unread_fields import UNREAD, UNREAD_OF_DEVICES
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


OBJECTS = {
    "core.v1.Node": """
kind: Node
metadata: {name: a, labels: {z: "1"}}
spec: {}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "20"}}
""",
    "core.v1.PersistentVolumeClaim": """
kind: PersistentVolumeClaim
metadata: {name: bound, annotations: {pv.kubernetes.io/bind-completed: "yes"}}
spec: {volumeName: pv, storageClassName: later, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
kind: PersistentVolumeClaim
metadata: {name: waits}
spec: {storageClassName: later, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
""",
    "core.v1.PersistentVolume": """
kind: PersistentVolume
metadata: {name: pv}
spec:
  capacity: {storage: 1Gi}
  storageClassName: later
  accessModes: [ReadWriteOnce]
  csi: {driver: disk, volumeHandle: h}
  claimRef: {namespace: default, name: bound}
""",
    "storage.v1.StorageClass": """
kind: StorageClass
metadata: {name: later}
provisioner: disk
volumeBindingMode: WaitForFirstConsumer
allowedTopologies: [{matchLabelExpressions: [{key: z, values: ["1"]}]}]
""",
    "storage.v1.CSINode": """
kind: CSINode
metadata: {name: a}
spec: {drivers: [{name: disk, allocatable: {count: 9}}]}
""",
    "storage.v1.CSIDriver": """
kind: CSIDriver
metadata: {name: disk}
spec: {storageCapacity: true}
""",
    "storage.v1.CSIStorageCapacity": """
kind: CSIStorageCapacity
metadata: {name: c}
storageClassName: later
nodeTopology: {matchLabels: {z: "1"}}
capacity: 10Gi
""",
    "storage.v1.VolumeAttachment": """
kind: VolumeAttachment
metadata: {name: v}
spec: {attacher: disk, nodeName: a, source: {persistentVolumeName: other}}
""",
    "resource.v1.DeviceClass": """
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu}
spec: {selectors: [{cel: {expression: "true"}}]}
""",
    "resource.v1.ResourceSlice": """
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: s}
spec:
  driver: d
  nodeName: a
  pool: {name: p, generation: 1, resourceSliceCount: 1}
  devices: [{name: one, taints: [{key: k, effect: NoSchedule}]}, {name: two}]
""",
    "resource.v1.ResourceClaim": """
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: either, namespace: default}
spec:
  devices:
    requests: [{name: g, firstAvailable: [{name: s, deviceClassName: gpu, capacity: {}, tolerations: [{key: k}]}]}]
    constraints: [{requests: [g], matchAttribute: d/m}]
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: one, namespace: default}
spec: {devices: {requests: [{name: g, exactly: {deviceClassName: gpu, capacity: {}, tolerations: [{key: k}]}}]}}
""",
    "core.v1.Pod": """
kind: Pod
metadata: {name: disks, labels: {a: b}}
spec:
  containers: [{name: c, image: x}]
  tolerations: [{key: k, operator: Exists}]
  topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, labelSelector: {}}]
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions: [{key: z, operator: In, values: ["1"]}]
          matchFields: [{key: metadata.name, operator: In, values: [a]}]
    podAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
      - {weight: 1, podAffinityTerm: {topologyKey: z, labelSelector: {matchLabels: {a: b}}}}
  volumes:
  - {name: v, persistentVolumeClaim: {claimName: bound}}
  - {name: w, persistentVolumeClaim: {claimName: waits}}
---
kind: Pod
metadata: {name: devices}
spec:
  containers: [{name: c, image: x}]
  resourceClaims: [{name: d, resourceClaimName: either}, {name: e, resourceClaimName: one}]
""",
}
NESTED = {
    "core.v1.Toleration": "tolerationSeconds",
    "core.v1.TopologySpreadConstraint": "",
    "core.v1.PodAffinityTerm": "",
    "core.v1.NodeSelectorTerm": "",
    "core.v1.NodeSelectorRequirement": "",
    "core.v1.PersistentVolumeClaimSpec": "dataSource dataSourceRef",
    "storage.v1.StorageClass": "apiVersion mountOptions parameters",
    "storage.v1.CSINodeDriver": "nodeID topologyKeys",
    "storage.v1.CSIDriverSpec": """attachRequired fsGroupPolicy nodeAllocatableUpdatePeriodSeconds podInfoOnMount
        preventPodSchedulingIfMissing requiresRepublish seLinuxMount serviceAccountTokenInSecrets tokenRequests
        volumeLifecycleModes""",
    "storage.v1.CSIStorageCapacity": "apiVersion",
    "storage.v1.VolumeAttachmentSpec": "",
    "resource.v1.DeviceClassSpec": "config",
    "resource.v1.DeviceRequest": "",
    "resource.v1.ExactDeviceRequest": "",
    "resource.v1.DeviceSubRequest": "",
    "resource.v1.DeviceConstraint": "",
    "resource.v1.DeviceTaint": "timeAdded",
    "resource.v1.DeviceToleration": "tolerationSeconds",
    "resource.v1.CapacityRequirements": "",
}
"""What stands below, by type, and what of it no plugin of 1.36 reads (what 1.37 reads of a CSIDriver is said)."""


class Typed(dict[str, Any]):
    """A map of a type of the schema, and all below it, that remember which of their fields were looked for."""

    def __init__(self, value: dict[str, Any], kind: str, seen: dict[str, set[str]]) -> None:
        below = schemas("1.36").type(kind).fields
        super().__init__({key: _typed(one, below.get(key, ""), seen) for key, one in value.items()})
        self._seen = seen.setdefault(kind, set())

    def get(self, key: str, default: Any = None) -> Any:
        self._seen.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._seen.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        self._seen.add(key)
        return super().__getitem__(key)


def _typed(value: Any, reference: str, seen: dict[str, set[str]]) -> Any:
    if isinstance(value, dict) and reference.startswith("#"):
        return Typed(value, reference[1:], seen)
    if isinstance(value, list) and reference.startswith("["):
        return [_typed(one, reference[1:], seen) for one in value]
    return value


@pytest.fixture(scope="module")
def read_below() -> dict[str, set[str]]:
    seen: dict[str, set[str]] = {}
    objects = [Typed(value, kind, seen) for kind, text in OBJECTS.items() for value in YAML(typ="safe").load_all(text)]
    state = cluster_state(one for one in objects if one["kind"] != "Pod")
    for one in objects:
        if one["kind"] == "Pod":
            place(read_pod(one), None, state)
    return seen


@pytest.mark.parametrize("kind", NESTED)
def test_below_the_pod_too_what_is_not_read_is_of_no_interest(kind: str, read_below: dict[str, set[str]]) -> None:
    known, idle = set(schemas("1.36").type(kind).fields), set(NESTED[kind].split())
    assert idle <= known
    assert known - read_below[kind] == idle


def test_every_field_of_a_device_is_read_or_said() -> None:
    read = set(
        """name attributes capacity consumesCounters taints nodeName nodeSelector allNodes allowMultipleAllocations
        bindsToNode""".split()
    )
    known = set(schemas("1.36").type("resource.v1.Device").fields)
    assert known - read - {"bindingFailureConditions"} == set(UNREAD_OF_DEVICES)


SLICES = """
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: s}
spec:
  driver: d
  nodeName: a
  pool: {name: p, generation: 1, resourceSliceCount: 1}
  devices: [{name: one, bindingConditions: [ready], bindingFailureConditions: [failed]}]
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: disk}
spec: {preventPodSchedulingIfMissing: true}
---
apiVersion: v1
kind: Pod
metadata: {name: asks}
spec: {containers: [{name: c, image: x}], volumes: [{name: v, emptyDir: {}}], CLAIMS}
"""


def test_fields_of_devices_and_drivers_are_told_where_pods_ask_for_them() -> None:
    for claims, told in (("resourceClaims: [{name: d, resourceClaimName: c}]", True), ("nodeSelector: {}", False)):
        said = Oracle(bundle_from_text(SLICES.replace("CLAIMS", claims)))(Placed()).answer.assumptions
        assert any("bindingConditions" in text for text in said) is told
        assert any("CSIDriver 'disk'" in text for text in said)


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
