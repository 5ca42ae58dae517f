"""What may change in a Service, and annotations that contradict each other."""

from __future__ import annotations

from typing import Any

from tests.predict.apiserver.judging import blamed, blamed_change

HINTS = "service.kubernetes.io/topology-aware-hints"
MODE = "service.kubernetes.io/topology-mode"


def service(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "web", **({"annotations": annotations} if annotations else {})},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}], **spec},
    }


def test_two_spellings_of_one_annotation() -> None:
    assert not blamed("Service", service({MODE: "Auto", HINTS: "Auto"}))
    assert {reason for _, reason in blamed("Service", service({MODE: "Auto", HINTS: "Disabled"}))} == {"Invalid"}


def test_an_address_stays() -> None:
    old = service(clusterIP="10.96.0.10")
    assert not blamed_change("Service", old, service(clusterIP="10.96.0.10", sessionAffinity="ClientIP"))
    assert ("spec.clusterIPs[0]", "Invalid") in blamed_change("Service", old, service(clusterIP="10.96.0.11"))


def test_a_class_of_load_balancers_stays() -> None:
    old = service(type="LoadBalancer", loadBalancerClass="example.com/a")
    new = service(type="LoadBalancer", loadBalancerClass="example.com/b")
    assert ("spec.loadBalancerClass", "Invalid") in blamed_change("Service", old, new)
