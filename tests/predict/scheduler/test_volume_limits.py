"""How many volumes a node takes: in-tree volumes are those of the driver they moved to, attachments count."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.scheduler.cycle import schedule
from kubelens.predict.scheduler.migrated_volume import migrated
from kubelens.predict.scheduler.pod_info import read_pod
from kubelens.predict.scheduler.state import ClusterState, cluster_state

EBS = "ebs.csi.aws.com"


def cluster(*more: dict[str, Any], limit: int = 1) -> ClusterState:
    room = {"cpu": "4", "memory": "8Gi", "pods": "10"}
    driver = {"name": EBS, "nodeID": "a", "allocatable": {"count": limit}}
    return cluster_state(
        [
            {"kind": "Node", "metadata": {"name": "a"}, "status": {"allocatable": room}},
            {"kind": "CSINode", "metadata": {"name": "a"}, "spec": {"drivers": [driver]}},
            *more,
        ]
    )


def pod(name: str, volume: dict[str, Any], **spec: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "main"}], "volumes": [{"name": "v", **volume}], **spec}
    return {"kind": "Pod", "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def ebs(handle: str) -> dict[str, Any]:
    return {"awsElasticBlockStore": {"volumeID": handle}}


def attachment(volume: str) -> dict[str, Any]:
    spec = {"attacher": EBS, "nodeName": "a", "source": {"persistentVolumeName": volume}}
    return {"kind": "VolumeAttachment", "metadata": {"name": volume}, "spec": spec}


def persistent(name: str, handle: str) -> dict[str, Any]:
    spec = {"csi": {"driver": EBS, "volumeHandle": handle}}
    return {"kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


def reasons(state: ClusterState, new: dict[str, Any]) -> list[str]:
    return [reason for status in schedule(read_pod(new), state).statuses.values() for reason in status.reasons]


def test_a_disk_of_the_old_kind_takes_a_place_of_its_driver() -> None:
    running = pod("old", ebs("vol-1"), nodeName="a")
    assert reasons(cluster(running), pod("new", ebs("vol-2"))) == ["node(s) exceed max volume count"]
    assert reasons(cluster(running, limit=2), pod("new", ebs("vol-2"))) == []


def test_what_is_attached_counts_once() -> None:
    held = (persistent("pv", "vol-1"), attachment("pv"))
    assert reasons(cluster(*held), pod("new", ebs("vol-2"))) == ["node(s) exceed max volume count"]
    running = pod("old", ebs("aws://zone/vol-1"), nodeName="a")
    assert reasons(cluster(*held, running, limit=2), pod("new", ebs("vol-2"))) == []


@pytest.mark.parametrize(
    ("source", "labels", "wanted"),
    [
        ({"gcePersistentDisk": {"pdName": "d"}}, {}, "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d"),
        (
            {"gcePersistentDisk": {"pdName": "d"}},
            {"topology.kubernetes.io/zone": "us-east1-a__us-east1-b"},
            "projects/UNSPECIFIED/regions/us-east1/disks/d",
        ),
        ({"azureDisk": {"diskURI": "/subscriptions/x"}}, {}, "/subscriptions/x"),
        ({"cinder": {"volumeID": "c"}}, {}, "c"),
        (ebs("aws://us-east-1a/vol-0a"), {}, "vol-0a"),
        (ebs("aws://us-east-1a/disk"), {}, None),
        ({"emptyDir": {}}, {}, None),
    ],
)
def test_handles(source: dict[str, Any], labels: dict[str, str], wanted: str | None) -> None:
    found = migrated(source, labels)
    assert (found and found[1]) == wanted


def test_zones_become_those_of_the_driver_where_the_node_says_that_it_migrates() -> None:
    zone = {"topology.kubernetes.io/zone": "z"}
    bound = {"pv.kubernetes.io/bind-completed": "yes"}
    volume = {"kind": "PersistentVolume", "metadata": {"name": "pv", "labels": zone}, "spec": ebs("vol-1")}
    claim = {"kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": "default", "annotations": bound}}
    state = cluster(volume, {**claim, "spec": {"volumeName": "pv"}})
    new = pod("new", {"persistentVolumeClaim": {"claimName": "c"}})
    assert reasons(state, new) == []
    state.csi_nodes["a"]["metadata"]["annotations"] = {
        "storage.alpha.kubernetes.io/migrated-plugins": "kubernetes.io/aws-ebs"
    }
    assert reasons(state, new) == ["node(s) didn't match PersistentVolume's node affinity"]


def test_a_pod_that_needs_something_of_the_kubelet_goes_where_the_node_has_it() -> None:
    rule = {"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [1]}}
    new = pod("new", {"emptyDir": {}}, containers=[{"name": "main", "restartPolicyRules": [rule]}])
    assert reasons(cluster(), new) == ["node(s) didn't match Pod's required features"]
    room = {"cpu": "4", "memory": "8Gi", "pods": "10"}
    status = {"allocatable": room, "declaredFeatures": ["RestartAllContainersOnContainerExits"]}
    assert reasons(cluster({"kind": "Node", "metadata": {"name": "a"}, "status": status}), new) == []
