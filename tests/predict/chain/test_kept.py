"""What an edit that the server takes leaves as it was: a Service keeps its address where the manifest writes none."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.predict.chain.kept import with_address
from kubelens.syntax.place import Place

_PLACE = Place("file:///a.yaml", 0)


def service(metadata: dict[str, Any] | None = None, **spec: Any) -> Resource:
    value = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "bank", **(metadata or {})},
        "spec": {"selector": {"app": "bank"}, "ports": [{"port": 80}], **spec},
    }
    return Resource(ResourceKey(GroupVersionKind("", "v1", "Service"), "default", "bank"), value, _PLACE)


HEADLESS = service(clusterIP="None", clusterIPs=["None"])


def test_a_headless_service_stays_headless() -> None:
    kept = with_address(service(), HEADLESS)
    assert (kept.spec["clusterIP"], kept.spec["clusterIPs"]) == ("None", ["None"])
    assert kept.spec["ports"] == [{"port": 80}]


@pytest.mark.parametrize(
    ("new", "there"),
    [
        (service(clusterIP="10.96.0.7"), HEADLESS),
        (service(type="ExternalName", externalName="bank.example.com"), HEADLESS),
        (service(), service(type="ExternalName", externalName="bank.example.com")),
        (service({"annotations": {"kustomize.toolkit.fluxcd.io/force": "enabled"}}), HEADLESS),
        (service(), service()),
        (service(), None),
    ],
)
def test_what_is_written_or_made_anew_is_as_written(new: Resource, there: Resource | None) -> None:
    assert with_address(new, there) is new
