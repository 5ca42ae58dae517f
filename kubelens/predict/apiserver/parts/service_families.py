"""The cluster addresses and IP families of a Service (``ValidateServiceClusterIPsRelatedFields`` and its update)."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any, Final

from kubelens.predict.apiserver.addresses import address_check
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import parse_ip
from kubelens.predict.apiserver.options import Options

_FAMILIES: Final = ("IPv4", "IPv6")
_FAMILY_POLICIES: Final = ("PreferDualStack", "RequireDualStack", "SingleStack")


def validate_families(spec: dict[str, Any], kind: str, report: Report, path: Path, options: Options) -> None:
    """Families, their policy, and cluster addresses that go with them."""
    is_address, families = address_check(options), spec.get("ipFamilies", [])
    for index, family in enumerate(families):
        if family not in _FAMILIES:
            report.not_supported((*path, "ipFamilies", index), family, _FAMILIES)
        elif family in families[:index]:
            report.duplicate((*path, "ipFamilies", index), family)
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in _FAMILY_POLICIES:
        report.not_supported((*path, "ipFamilyPolicy"), policy, _FAMILY_POLICIES)
    if kind == "ExternalName":
        return
    ips = spec.get("clusterIPs") or ([spec["clusterIP"]] if spec.get("clusterIP") else [])
    if spec.get("clusterIPs") and spec.get("clusterIP", "") != spec["clusterIPs"][0]:
        report.invalid((*path, "clusterIPs"), ips, "must be clusterIP, the first of clusterIPs")
    if len(ips) > 2:
        report.invalid((*path, "clusterIPs"), ips, "must hold at most two addresses")
    bad = False
    if len(ips) > 1 and ips[0] == "None":
        report.invalid((*path, "clusterIPs"), ips, "must hold None alone")
    for index, text in enumerate(ips):
        here = (*path, "clusterIPs", index)
        if text == "None" and index == 0:
            continue
        ip = parse_ip(text)
        for problem in is_address(text):
            report.invalid(here, text, problem)
        if ip is None:
            bad = True
            continue
        if index < len(families) and families[index] in _FAMILIES and families[index] != f"IPv{ip.version}":
            report.invalid(here, text, f"is no {families[index]} address")
    if len(ips) == 2 and not bad and "None" not in ips:
        one, other = parse_ip(ips[0]), parse_ip(ips[1])
        if one is not None and other is not None and one.version == other.version:
            report.invalid((*path, "clusterIPs"), ips, "two addresses are of different families")


def _addresses(spec: dict[str, Any]) -> list[str]:
    return spec.get("clusterIPs") or ([spec["clusterIP"]] if spec.get("clusterIP") else [])


def validate_addresses_change(spec: dict[str, Any], before: dict[str, Any], report: Report) -> None:
    """The first address stays; a second one may come and go."""
    now, had = _addresses(spec), _addresses(before)
    if now[:1] == had[:1] == ["None"]:
        return
    if now[:1] == ["None"] and not had:
        report.invalid(("spec", "clusterIPs", 0), "None", "cannot be changed: the Service has an address")
    for index, (one, other) in enumerate(zip(now, had, strict=False)):
        if one != other:
            report.invalid(("spec", "clusterIPs", index), one, "cannot be changed")
    if len(now) == 1 and len(had) > 1 and spec.get("ipFamilyPolicy") != "SingleStack":
        report.invalid(("spec", "ipFamilyPolicy"), spec.get("ipFamilyPolicy"), "must hold one address for SingleStack")


def validate_families_change(spec: dict[str, Any], before: dict[str, Any], report: Report) -> None:
    """The first family stays."""
    if "None" in (spec.get("clusterIP"), before.get("clusterIP")):
        return
    for index, (one, other) in enumerate(zip(spec.get("ipFamilies", []), before.get("ipFamilies", []), strict=False)):
        if one != other:
            report.invalid(("spec", "ipFamilies", index), one, "cannot be changed")


def type_of(spec: dict[str, Any]) -> str:
    """The type of a Service."""
    return str(spec.get("type") or "ClusterIP")


def _cluster_families(options: Options) -> list[str]:
    """Families of the Service networks, the first one first."""
    return [f"IPv{ip_network(text, strict=False).version}" for text in options.service_ranges]


def assign_families(spec: dict[str, Any], options: Options) -> None:
    """Fill in ipFamilyPolicy and ipFamilies (``initIPFamilyFields``)."""
    if type_of(spec) == "ExternalName":
        return
    own = _cluster_families(options)
    headless = spec.get("clusterIP") == "None" or "None" in (spec.get("clusterIPs") or [])
    families: list[str] = list(spec.get("ipFamilies") or [])
    policy = spec.get("ipFamilyPolicy")
    if not families:
        written = spec.get("clusterIPs") or [spec.get("clusterIP")]
        families = [f"IPv{ip_address(ip).version}" for ip in written if ip and ip != "None"]
    if headless and not spec.get("selector") and policy is None:
        policy = "RequireDualStack"
        both = ["IPv4", "IPv6"] if own[0] == "IPv4" else ["IPv6", "IPv4"]
        families += [f for f in both if f not in families]
    if not families:
        families = [own[0]]
    policy = policy or "SingleStack"
    if policy != "SingleStack":
        families += [f for f in own if f not in families]
    spec["ipFamilyPolicy"] = policy
    spec["ipFamilies"] = families


def check_families(spec: dict[str, Any], report: Report) -> None:
    """Two families need a policy for two: asked last, of a Service that is otherwise in order."""
    families = spec.get("ipFamilies") or []
    single = spec.get("ipFamilyPolicy") in (None, "SingleStack")
    headless_alone = spec.get("clusterIP") == "None" and not spec.get("selector") and spec.get("ipFamilyPolicy") is None
    if type_of(spec) != "ExternalName" and len(families) > 1 and single and not headless_alone:
        report.invalid(
            ("spec", "ipFamilyPolicy"),
            spec.get("ipFamilyPolicy"),
            "must be PreferDualStack or RequireDualStack for two families",
        )
