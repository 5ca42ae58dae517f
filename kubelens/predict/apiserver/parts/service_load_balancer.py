"""What of a Service goes with type LoadBalancer (``ValidateService``, ``validateLoadBalancerClassField``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.addresses import range_check
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_qualified_name, parse_cidr
from kubelens.predict.apiserver.options import Options

_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"


def validate_load_balancer(
    spec: dict[str, Any], annotations: dict[str, str], kind: str, options: Options, report: Report, path: Path
) -> None:
    """What goes with type LoadBalancer, in fields and annotations."""
    if not spec.get("loadBalancerSourceRanges") and _RANGES in annotations:
        text = annotations[_RANGES].strip()
        place: Path = ("metadata", "annotations", MapKey(_RANGES))
        if kind != "LoadBalancer":
            report.forbidden(place, "must not be set without type LoadBalancer")
        if text and any(parse_cidr(part.strip()) is None for part in text.split(",")):
            report.invalid(place, text, "must be ranges separated by commas")
    ranges = spec.get("loadBalancerSourceRanges", [])
    slip = (*path, "loadBalancerSourceRanges")
    if ranges:
        if kind != "LoadBalancer":
            report.add(
                slip,
                CauseReason.FORBIDDEN,
                "must not be set without type LoadBalancer",
                "spec.LoadBalancerSourceRanges",
            )
        for index, text in enumerate(ranges):
            if range_check(options)(text.strip()):
                report.add(
                    (*slip, index),
                    CauseReason.INVALID,
                    f"{text!r} is no range",
                    f"spec.LoadBalancerSourceRanges[{index}]",
                )
    allocate = spec.get("allocateLoadBalancerNodePorts")
    if kind == "LoadBalancer" and allocate is None:
        report.required((*path, "allocateLoadBalancerNodePorts"))
    if kind != "LoadBalancer" and allocate is not None:
        report.forbidden((*path, "allocateLoadBalancerNodePorts"), "must not be set without type LoadBalancer")
    name = spec.get("loadBalancerClass")
    if kind == "LoadBalancer":
        if name is not None:
            for problem in is_qualified_name(name):
                report.invalid((*path, "loadBalancerClass"), name, problem)
    elif name is not None:
        report.forbidden((*path, "loadBalancerClass"), "must not be set without type LoadBalancer")


def validate_load_balancer_change(spec: dict[str, Any], before: dict[str, Any], report: Report) -> None:
    """The class stays, and the port for health checks while it is needed."""
    name = spec.get("loadBalancerClass")
    if name != before.get("loadBalancerClass"):
        report.invalid(("spec", "loadBalancerClass"), name, "cannot be changed")
    local = spec.get("externalTrafficPolicy") == before.get("externalTrafficPolicy") == "Local"
    port, was = spec.get("healthCheckNodePort", 0), before.get("healthCheckNodePort", 0)
    if local and port and was and port != was:
        report.forbidden(("spec", "healthCheckNodePort"), "cannot be changed")
