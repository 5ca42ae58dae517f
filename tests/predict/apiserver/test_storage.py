"""Volumes, claims and what storage drivers keep."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.predict.apiserver.judging import blamed, blamed_change

CSI = {"driver": "disk.example.com", "volumeHandle": "v1"}
NFS = {"server": "nas", "path": "/a"}


def volume(**spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "vol"},
        "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], **spec},
    }


def claim(**spec: Any) -> dict[str, Any]:
    resources = {"requests": {"storage": "1Gi"}}
    return {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": resources, **spec}}


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ({"nfs": NFS}, set()),
        ({"nfs": {"server": "nas", "path": ""}}, {("spec.nfs.path", "Required"), ("spec.nfs.path", "Invalid")}),
        ({"csi": {**CSI, "nodePublishSecretRef": {"name": "", "namespace": "a"}}},
         {("spec.csi.nodePublishSecretRef.name", "Required")}),
        ({"csi": {**CSI, "controllerExpandSecretRef": {"name": "a"}}},
         {("spec.csi.controllerExpandSecretRef.namespace", "Required")}),
        ({"cephfs": {"monitors": ["a"]}, "nfs": NFS}, {("spec.cephFS", "Forbidden")}),
        ({"flexVolume": {"driver": "a/b"}, "nfs": NFS}, set()),
        ({"glusterfs": {"endpoints": "a", "path": "b", "endpointsNamespace": "Bad_"}},
         {("spec.glusterfs.endpointsNamespace", "Invalid")}),
    ],
)  # fmt: skip
def test_sources_of_volumes(source: dict[str, Any], wrong: set[tuple[str, str]]) -> None:
    assert blamed("PersistentVolume", volume(**source)) == wrong


def test_the_source_of_a_volume_is_kept() -> None:
    old = volume(nfs=NFS)
    assert blamed_change("PersistentVolume", old, volume(nfs={"server": "other", "path": "/a"})) == {
        ("spec.persistentvolumesource", "Forbidden")
    }
    more = copy.deepcopy(old)
    more["spec"]["capacity"]["storage"] = "2Gi"
    assert not blamed_change("PersistentVolume", old, more)


def test_what_a_claim_may_change() -> None:
    old = claim(volumeName="vol", storageClassName="fast")
    assert blamed_change("PersistentVolumeClaim", old, claim(volumeName="vol", storageClassName="slow")) == {
        ("spec", "Forbidden")
    }


def test_a_claims_data_source_and_its_reference_are_one() -> None:
    source = {"kind": "PersistentVolumeClaim", "name": "a"}
    assert not blamed("PersistentVolumeClaim", claim(dataSource=source, dataSourceRef=source))
    assert blamed("PersistentVolumeClaim", claim(dataSource=source, dataSourceRef={**source, "name": "b"})) == {
        ("spec", "Invalid")
    }


def test_what_is_attached_without_a_volume_of_its_own() -> None:
    attachment = {
        "metadata": {"name": "a"},
        "spec": {
            "attacher": "disk.example.com",
            "nodeName": "n",
            "source": {"inlineVolumeSpec": {"accessModes": ["ReadWriteOnce"], "csi": {**CSI, "volumeHandle": ""}}},
        },
    }
    assert ("spec.source.inlineVolumeSpec.csi.volumeHandle", "Required") in blamed("VolumeAttachment", attachment)


def test_parameters_of_a_volume_attributes_class_stay() -> None:
    old = {"metadata": {"name": "gold"}, "driverName": "disk.example.com", "parameters": {"iops": "1"}}
    assert blamed_change("VolumeAttributesClass", old, {**old, "parameters": {"iops": "2"}}) == {
        ("parameters", "Forbidden")
    }


def test_a_driver_of_a_node_stays_as_it_was() -> None:
    old = {"metadata": {"name": "n"}, "spec": {"drivers": [{"name": "a.example.com", "nodeID": "1"}]}}
    new = {"metadata": {"name": "n"}, "spec": {"drivers": [{"name": "a.example.com", "nodeID": "2"}]}}
    assert blamed_change("CSINode", old, new) == {("spec.drivers", "Invalid")}
