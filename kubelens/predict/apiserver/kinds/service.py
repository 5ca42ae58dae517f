"""Services, after core ``ValidateService``, its update, and ``registry/core/service``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.addresses import address_check
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report
from kubelens.predict.apiserver.formats import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_qualified_name,
    is_valid_port_name,
    parse_ip,
)
from kubelens.predict.apiserver.metadata import validate_labels
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair, address_warnings, range_warnings
from kubelens.predict.apiserver.parts.service_addresses import validate_nonspecial
from kubelens.predict.apiserver.parts.service_allocation import allocate_service, carry_over, store_service
from kubelens.predict.apiserver.parts.service_families import (
    check_families,
    validate_addresses_change,
    validate_families,
    validate_families_change,
)
from kubelens.predict.apiserver.parts.service_load_balancer import validate_load_balancer, validate_load_balancer_change
from kubelens.predict.apiserver.parts.service_names import validate_service_name
from kubelens.predict.apiserver.strategy import Strategy

_AFFINITY_SECONDS: Final = 10800
TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_POLICIES: Final = ("Cluster", "Local")
_DISTRIBUTIONS: Final = ("PreferClose", "PreferSameNode", "PreferSameZone")
_AFFINITY_MAX: Final = 86400
_MODE: Final = "service.kubernetes.io/topology-mode"
_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_TOPOLOGY_HINTS: Final = "service.kubernetes.io/topology-aware-hints"


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


def validate_service(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Service."""
    validate_service_name(obj.get("metadata", {}).get("name", ""), options, report, ("metadata", "name"))
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    kind = spec.get("type", "")
    ip = spec.get("clusterIP", "")
    headless = ip == "None"
    ports = spec.get("ports", [])
    annotations = obj.get("metadata", {}).get("annotations", {})
    mode, hints = annotations.get(_MODE), annotations.get(_HINTS)
    if mode is not None and hints is not None and mode != hints:
        report.invalid(("metadata", "annotations", MapKey(_MODE)), mode, f"is not that of {_HINTS}, {hints!r}")
    if not ports and not headless and kind != "ExternalName":
        report.required((*path, "ports"), "must have at least one port")
    if kind in ("LoadBalancer", "NodePort") and headless:
        report.invalid((*path, "clusterIPs", 0), "None", f"must not be None for a Service of type {kind}")
    if kind == "LoadBalancer":
        for index, port in enumerate(ports):
            if port.get("port") == 10250:
                report.invalid(
                    (*path, "ports", index),
                    port.get("port"),
                    "must not be that of the kubelet behind an external address",
                )
    if kind == "ExternalName":
        _external_name(spec, report, path)
    _ports(ports, report, (*path, "ports"))
    if spec.get("selector"):
        validate_labels(spec["selector"], report, (*path, "selector"))
    _affinity(spec, report, path)
    _external_ips(spec.get("externalIPs", []), options, report, (*path, "externalIPs"))
    if not kind:
        report.required((*path, "type"))
    elif kind not in TYPES:
        report.not_supported((*path, "type"), kind, TYPES)
    _node_ports(ports, kind, report, (*path, "ports"))
    validate_load_balancer(spec, annotations, kind, options, report, path)
    _traffic(spec, kind, options, report, path)
    validate_families(spec, kind, report, path, options)
    if not report.causes:
        check_families(spec, report)


def _external_name(spec: dict[str, Any], report: Report, path: Path) -> None:
    for index, _ in enumerate(spec.get("clusterIPs") or ([spec["clusterIP"]] if spec.get("clusterIP") else [])):
        report.add(
            (*path, "clusterIPs", index),
            CauseReason.FORBIDDEN,
            "must not be set for type ExternalName",
            "spec.clusterIPs",
        )
    if spec.get("ipFamilies"):
        report.forbidden((*path, "ipFamilies"), "must not be set for type ExternalName")
    if spec.get("ipFamilyPolicy") is not None:
        report.forbidden((*path, "ipFamilyPolicy"), "must not be set for type ExternalName")
    name = spec.get("externalName", "").removesuffix(".")
    if name:
        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, "externalName"), spec.get("externalName", ""), problem)
    else:
        report.required((*path, "externalName"))


def _ports(ports: list[dict[str, Any]], report: Report, path: Path) -> None:
    names: set[str] = set()
    seen: set[tuple[Any, Any]] = set()
    for index, port in enumerate(ports):
        here = (*path, index)
        name, number, protocol = port.get("name", ""), port.get("port", 0), port.get("protocol", "")
        if len(ports) > 1 and not name:
            report.required((*here, "name"), "must be given: each of several ports needs a name")
        elif name:
            for problem in is_dns1123_label(name):
                report.invalid((*here, "name"), name, problem)
            if name in names:
                report.duplicate((*here, "name"), name)
            names.add(name)
        if not 1 <= number <= 65535:
            report.invalid((*here, "port"), number, "must be between 1 and 65535")
        if not protocol:
            report.required((*here, "protocol"))
        elif protocol not in _PROTOCOLS:
            report.not_supported((*here, "protocol"), protocol, _PROTOCOLS)
        target = port.get("targetPort", 0)
        if isinstance(target, int):
            if not 1 <= target <= 65535:
                report.invalid((*here, "targetPort"), target, "must be between 1 and 65535")
        else:
            for problem in is_valid_port_name(target):
                report.invalid((*here, "targetPort"), target, problem)
        application = port.get("appProtocol")
        if application is not None:
            for problem in is_qualified_name(application):
                report.invalid((*here, "appProtocol"), application, problem)
        if (number, protocol) in seen:
            report.duplicate(here, f"{number}/{protocol}")
        seen.add((number, protocol))


def _affinity(spec: dict[str, Any], report: Report, path: Path) -> None:
    affinity = spec.get("sessionAffinity", "")
    if not affinity:
        report.required((*path, "sessionAffinity"))
    elif affinity not in ("ClientIP", "None"):
        report.not_supported((*path, "sessionAffinity"), affinity, ("ClientIP", "None"))
    config = spec.get("sessionAffinityConfig")
    if affinity == "ClientIP":
        seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds")
        here = (*path, "sessionAffinityConfig", "clientIP", "timeoutSeconds")
        if seconds is None:
            report.required((*path, "sessionAffinityConfig"))
        elif not 1 <= seconds <= _AFFINITY_MAX:
            report.invalid(here, seconds, f"must be between 1 and {_AFFINITY_MAX}")
    elif affinity == "None" and config is not None:
        report.forbidden((*path, "sessionAffinityConfig"), "must not be set without sessionAffinity: ClientIP")


def _external_ips(ips: list[str], options: Options, report: Report, path: Path) -> None:
    is_address = address_check(options)
    for index, text in enumerate(ips):
        ip = parse_ip(text)
        for problem in is_address(text):
            report.invalid((*path, index), text, problem)
        if ip is not None:
            validate_nonspecial(ip, text, report, (*path, index))


def _node_ports(ports: list[dict[str, Any]], kind: str, report: Report, path: Path) -> None:
    if kind == "ClusterIP":
        for index, port in enumerate(ports):
            if port.get("nodePort", 0) != 0:
                report.forbidden((*path, index, "nodePort"), "must not be set without type NodePort or LoadBalancer")
    if kind in ("NodePort", "LoadBalancer"):
        _allocate_node_ports(ports, report, path)
        return
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        number = port.get("nodePort", 0)
        if number and (port.get("protocol", ""), number) in seen:
            report.duplicate((*path, index, "nodePort"), number)
        seen.add((port.get("protocol", ""), number))


def _allocate_node_ports(ports: list[dict[str, Any]], report: Report, path: Path) -> None:
    """Take the node ports asked for; one may stand for the same port number of several protocols.

    Follows ``initNodePorts`` of the Service registry, which runs before validation and stops at the first it cannot
    take. Numbers that the server chooses never clash.
    """
    asked: dict[int, int] = {}
    for port in reversed(ports):
        if port.get("nodePort", 0):
            asked[port.get("port", 0)] = port["nodePort"]
    taken: set[int] = set()
    first: dict[int, int] = {}
    for index, port in enumerate(ports):
        number = port.get("port", 0)
        wanted = port.get("nodePort", 0) if number in first else asked.get(number, 0)
        if not wanted or wanted == first.get(number):
            continue
        first.setdefault(number, wanted)
        if wanted in taken:
            report.invalid((*path, index, "nodePort"), wanted, "must be one that no other port of the Service has")
            return
        taken.add(wanted)


def _traffic(spec: dict[str, Any], kind: str, options: Options, report: Report, path: Path) -> None:
    internal = spec.get("internalTrafficPolicy")
    if kind in ("ClusterIP", "LoadBalancer", "NodePort") and internal is None:
        report.required((*path, "internalTrafficPolicy"))
    if internal is not None and internal not in _POLICIES:
        report.not_supported((*path, "internalTrafficPolicy"), internal, _POLICIES)
    external = spec.get("externalTrafficPolicy", "")
    facing = kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and spec.get("externalIPs"))
    if not facing:
        if external:
            report.invalid(
                (*path, "externalTrafficPolicy"),
                external,
                f"must not be set for a Service of type {kind or 'ClusterIP'}: only NodePort and LoadBalancer are reached from outside",
            )
    elif not external:
        report.required((*path, "externalTrafficPolicy"))
    elif external not in _POLICIES:
        report.not_supported((*path, "externalTrafficPolicy"), external, _POLICIES)
    check = spec.get("healthCheckNodePort", 0)
    if check < 0:
        report.invalid((*path, "healthCheckNodePort"), check, "must be at least 0")
    if check != 0 and not (kind == "LoadBalancer" and external == "Local"):
        report.invalid(
            (*path, "healthCheckNodePort"),
            check,
            "must not be set without type LoadBalancer and externalTrafficPolicy Local",
        )
    distribution = spec.get("trafficDistribution")
    allowed = _DISTRIBUTIONS if options.has("PreferSameTrafficDistribution") else _DISTRIBUTIONS[:1]
    if distribution is not None and distribution not in allowed:
        report.not_supported((*path, "trafficDistribution"), distribution, allowed)


def validate_service_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Address, families and health check stay while the type needs them; so does the class of a load balancer."""
    spec, before = new.get("spec", {}), old.get("spec", {})
    carry_over(spec, before)
    if "ExternalName" not in (spec.get("type"), before.get("type")):
        validate_addresses_change(spec, before, report)
        validate_families_change(spec, before, report)
        if spec.get("type") == before.get("type") == "LoadBalancer":
            validate_load_balancer_change(spec, before, report)
    validate_service(new, report, options)


def service_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/service, GetWarningsForService)"""
    spec = obj.get("spec", {})
    kind, cluster_ip = spec.get("type", "ClusterIP"), spec.get("clusterIP", "")
    headless = kind == "ClusterIP" and cluster_ip == "None"
    external = spec.get("externalIPs", [])
    if _TOPOLOGY_HINTS in obj.get("metadata", {}).get("annotations", {}):
        yield "", f"annotation {_TOPOLOGY_HINTS} is deprecated: service.kubernetes.io/topology-mode takes its place"
    if kind != "ExternalName" and cluster_ip not in ("", "None"):
        for index, text in enumerate(spec.get("clusterIPs", [])):
            yield from address_warnings(text, ("spec", "clusterIPs", index))
    if headless:
        for field, name, value in (
            ("loadBalancerIP", "loadBalancerIP", spec.get("loadBalancerIP")),
            ("externalIPs", "externalIPs", external),
            ("sessionAffinity", "SessionAffinity", spec.get("sessionAffinity", "None") != "None"),
        ):
            if value:
                yield f"spec.{name}", f"{field} has no effect on a headless Service"
    for index, text in enumerate(external):
        yield from address_warnings(text, ("spec", "externalIPs", index))
    if external and kind == "ExternalName":
        yield "spec.externalIPs", "has no effect on a Service of type ExternalName"
    elif external and not headless:
        yield "spec.externalIPs", "is deprecated; some clusters no longer implement it"
    if spec.get("loadBalancerIP"):
        yield from address_warnings(spec["loadBalancerIP"], ("spec", "loadBalancerIP"))
    for index, text in enumerate(spec.get("loadBalancerSourceRanges", [])):
        yield from range_warnings(text, ("spec", "loadBalancerSourceRanges", index))
    if kind != "ExternalName" and spec.get("externalName"):
        yield "spec.externalName", "has no effect where the type is not ExternalName"
    if spec.get("trafficDistribution") == "PreferClose":
        yield "spec.trafficDistribution", "PreferClose is deprecated: PreferSameZone says the same"


STRATEGIES: Final = (
    Strategy(
        "",
        "Service",
        names=is_dns1123_label,
        namespaced=True,
        default=default_service,
        store=store_service,
        allocate=allocate_service,
        validate=validate_service,
        update=validate_service_update,
        warn=service_warnings,
    ),
)
