"""What the server allocates to Services, and what of it goes from one version to the next (``registry/core/service``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.service_families import assign_families, type_of

_STAND_IN: Final = "10.96.213.7"


def allocate_service(obj: dict[str, Any]) -> None:
    """Give a Service that exists the address that the server has chosen: any that nobody asks for by chance."""
    spec = obj.get("spec", {})
    if spec.get("type") != "ExternalName" and not spec.get("clusterIPs") and not spec.get("clusterIP"):
        spec["clusterIP"] = _STAND_IN


def store_service(obj: dict[str, Any], options: Options) -> None:
    """Families are written down; addresses are not, but for a headless Service's."""
    spec = obj.get("spec", {})
    assign_families(spec, options)
    if spec.get("clusterIP") not in (None, "None"):
        del spec["clusterIP"]
    if type_of(spec) != "ExternalName" and spec.get("clusterIP") == "None":
        spec["clusterIPs"] = ["None"]
    else:
        spec.pop("clusterIPs", None)


def carry_over(spec: dict[str, Any], before: dict[str, Any]) -> None:
    """Keep allocated values the new version leaves out, drop those its type no longer takes.

    Follows the registry's ``patchAllocatedValues`` and ``dropTypeDependentFields``; changes ``spec``.
    """
    kind, was = spec.get("type", "ClusterIP"), before.get("type", "ClusterIP")
    if kind != "ExternalName" and was != "ExternalName":
        for field in ("clusterIP", "clusterIPs"):
            if not spec.get(field) and before.get(field):
                spec[field] = before[field]
    if kind == "ExternalName" and was != "ExternalName":
        for field in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if spec.get(field) == before.get(field):
                spec.pop(field, None)
    node_ports = ("NodePort", "LoadBalancer")
    if kind not in node_ports and was in node_ports:
        kept = {port.get("nodePort", 0) for port in before.get("ports", [])}
        if all(port.get("nodePort", 0) in kept for port in spec.get("ports", [])):
            for port in spec.get("ports", []):
                port.pop("nodePort", None)
    balanced = kind == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"
    if not balanced and spec.get("healthCheckNodePort") == before.get("healthCheckNodePort"):
        spec.pop("healthCheckNodePort", None)
    exposed = kind in node_ports or (kind == "ClusterIP" and bool(spec.get("externalIPs")))
    if not exposed and spec.get("externalTrafficPolicy") == before.get("externalTrafficPolicy"):
        spec.pop("externalTrafficPolicy", None)
    if kind != "LoadBalancer" and was == "LoadBalancer":
        for field in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            if spec.get(field) == before.get(field):
                spec.pop(field, None)
