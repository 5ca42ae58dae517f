"""Which API versions a server serves, and until when."""

from __future__ import annotations

import pytest

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.lifecycle import is_off_by_default


@pytest.mark.parametrize(
    ("group", "version", "kind", "off"),
    [
        ("resource.k8s.io", "v1beta1", "ResourceClaim", True),
        ("scheduling.k8s.io", "v1alpha2", "Workload", True),
        ("resource.k8s.io", "v1", "ResourceClaim", False),
        ("autoscaling", "v2beta2", "HorizontalPodAutoscaler", False),
        ("storage.k8s.io", "v1beta1", "CSIStorageCapacity", False),
        ("storage.k8s.io", "v1beta1", "VolumeAttributesClass", True),
    ],
)
def test_which_versions_are_off_by_default(group: str, version: str, kind: str, off: bool) -> None:
    assert is_off_by_default(GroupVersionKind(group, version, kind)) is off
