"""Defaults of Services and networking objects. Objects are changed in place."""

from __future__ import annotations

from typing import Any, Final

_AFFINITY_SECONDS: Final = 10800


def default_service(obj: dict[str, Any]) -> None:
    """Type, affinity, ports, traffic policies, after ``SetDefaults_Service``."""
    spec = obj.setdefault("spec", {})
    if not spec.get("sessionAffinity"):
        spec["sessionAffinity"] = "None"
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    if spec["sessionAffinity"] == "ClientIP":
        config = spec.get("sessionAffinityConfig")
        if not config or "clientIP" not in config or "timeoutSeconds" not in config["clientIP"]:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": _AFFINITY_SECONDS}}
    if not spec.get("type"):
        spec["type"] = "ClusterIP"
    for port in spec.get("ports", []):
        if not port.get("protocol"):
            port["protocol"] = "TCP"
        if port.get("targetPort", 0) in (0, ""):
            port["targetPort"] = port.get("port", 0)
    external = spec["type"] in ("NodePort", "LoadBalancer")
    if (external or (spec["type"] == "ClusterIP" and spec.get("externalIPs"))) and not spec.get(
        "externalTrafficPolicy"
    ):
        spec["externalTrafficPolicy"] = "Cluster"
    if "internalTrafficPolicy" not in spec and spec["type"] in ("NodePort", "LoadBalancer", "ClusterIP"):
        spec["internalTrafficPolicy"] = "Cluster"
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)


def default_endpoints(obj: dict[str, Any]) -> None:
    """Protocols of ports."""
    for subset in obj.get("subsets", []):
        for port in subset.get("ports", []):
            if not port.get("protocol"):
                port["protocol"] = "TCP"


def default_endpoint_slice(obj: dict[str, Any]) -> None:
    """Names and protocols of ports."""
    for port in obj.get("ports", []):
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")


def default_network_policy(obj: dict[str, Any]) -> None:
    """Protocols of ports; policy types from the rules there are."""
    spec = obj.setdefault("spec", {})
    for direction in ("ingress", "egress"):
        for rule in spec.get(direction, []):
            for port in rule.get("ports", []):
                port.setdefault("protocol", "TCP")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    spec.setdefault("podSelector", {})


def default_ingress_class(obj: dict[str, Any]) -> None:
    """The scope of parameters."""
    parameters = obj.get("spec", {}).get("parameters")
    if isinstance(parameters, dict):
        parameters.setdefault("scope", "Cluster")
