"""Names of resources in LimitRanges and ResourceQuotas; what a Pod asks for as a whole; ranges of Nodes."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.apiserver.judge import judge
from tests.predict.apiserver.judging import KINDS, blamed, pod


@pytest.mark.parametrize(
    ("kind", "name", "right"),
    [
        ("Container", "cpu", True),
        ("Container", "storage", False),
        ("Container", "example.com/gpu", True),
        ("Pod", "ephemeral-storage", True),
        ("PersistentVolumeClaim", "storage", True),
    ],
)
def test_names_in_a_limit_range(kind: str, name: str, right: bool) -> None:  # noqa: FBT001
    limits = [{"type": kind, "max": {name: "1"}}]
    if kind == "PersistentVolumeClaim":
        limits[0]["min"] = {name: "1"}
    assert (not blamed("LimitRange", {"metadata": {"name": "a"}, "spec": {"limits": limits}})) is right


@pytest.mark.parametrize(
    ("hard", "scopes", "right"),
    [
        ({"pods": "1", "cpu": "1"}, ["BestEffort"], False),
        ({"pods": "1"}, ["BestEffort"], True),
        ({"cpu": "1"}, ["Terminating"], True),
        ({"requests.ephemeral-storage": "1"}, ["Terminating"], False),
    ],
)
def test_what_a_scope_covers(hard: dict[str, str], scopes: list[str], right: bool) -> None:  # noqa: FBT001
    value = {"metadata": {"name": "a"}, "spec": {"hard": hard, "scopes": scopes}}
    assert (not blamed("ResourceQuota", value)) is right


def test_a_pod_with_limits_asks_for_what_its_containers_do() -> None:
    value: dict[str, Any] = pod({"resources": {"requests": {"cpu": "100m"}}}, resources={"limits": {"cpu": "1"}})
    stored = judge(value, KINDS["Pod"]).stored
    assert stored is not None
    assert stored["spec"]["resources"]["requests"] == {"cpu": "100m"}


def test_ranges_of_a_node() -> None:
    def node(**spec: Any) -> dict[str, Any]:
        return {"metadata": {"name": "n"}, "spec": spec}

    assert not blamed("Node", node(podCIDR="10.0.0.0/24", podCIDRs=["10.1.0.0/24"]))
    assert not blamed("Node", node(podCIDRs=["10.0.0.0/24", "fd00::/64"]))
    assert blamed("Node", node(podCIDRs=["10.0.0.0/24", "10.1.0.0/24"])) == {("spec.podCIDRs", "Invalid")}
