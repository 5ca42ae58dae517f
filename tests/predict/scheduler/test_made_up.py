"""Nodes that are described in words: amounts as Kubernetes writes them."""

from __future__ import annotations

import pytest

from kubelens.predict.scheduler.made_up import NoCluster, made_up_nodes


@pytest.mark.parametrize(
    ("described", "cpu", "memory"),
    [
        ("1x4cpu,16Gi", "4", "16Gi"),
        ("1x100mcpu,1Gi", "100m", "1Gi"),
        ("1x100m,1Gi", "100m", "1Gi"),
        ("1x1Gi,1500m", "1500m", "1Gi"),
        ("1x0.5,512Mi", "0.5", "512Mi"),
        ("1x4,17179869184", "4", "17179869184"),
        ("1x0.5cpu,1Gi,pool=a", "0.5", "1Gi"),
    ],
)
def test_amounts(described: str, cpu: str, memory: str) -> None:
    (node,) = made_up_nodes([described])
    allocatable = node["status"]["allocatable"]
    assert (allocatable["cpu"], allocatable["memory"]) == (cpu, memory)


@pytest.mark.parametrize("described", ["1x16Gi", "1x17179869184,4Gi", "1x100m"])
def test_what_is_lacking(described: str) -> None:
    with pytest.raises(NoCluster, match=r"names no (cpu|memory): write 3x4cpu,16Gi"):
        made_up_nodes([described])
