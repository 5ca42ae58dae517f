"""What the server writes down for an accepted object beyond its defaults.

Follows the Service registry's ``alloc`` (families), StorageObjectInUseProtection (finalizers), and the wire form of
Go types: zero values of ``omitempty`` fields are left out, quantities are text.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.options import Options

_OMITTED_ZEROS: Final = {
    "hostNetwork": False,
    "hostPID": False,
    "hostIPC": False,
    "hostPort": 0,
    "globalDefault": False,
    "readOnly": False,
    "stdin": False,
    "stdinOnce": False,
    "tty": False,
    "paused": False,
    "publishNotReadyAddresses": False,
    "unschedulable": False,
    "insecureSkipTLSVerify": False,
    "clusterScope": False,
    "minReadySeconds": 0,
    "initialDelaySeconds": 0,
    "nodePort": 0,
}
_FINALIZERS: Final = {
    "PersistentVolume": "kubernetes.io/pv-protection",
    "PersistentVolumeClaim": "kubernetes.io/pvc-protection",
    "VolumeAttributesClass": "kubernetes.io/vac-protection",
}
_QUANTITIES: Final = ("limits", "requests")


def finish(obj: dict[str, Any], kind: str, options: Options) -> None:
    """Bring an accepted object into the form it is read back in."""
    if kind == "Service":
        spec = obj.get("spec", {})
        assign_families(spec, options)
        if spec.get("clusterIP") not in (None, "None"):
            del spec["clusterIP"]
        if kind_of(spec) != "ExternalName" and spec.get("clusterIP") == "None":
            spec["clusterIPs"] = ["None"]
        else:
            spec.pop("clusterIPs", None)
    if kind in _FINALIZERS:
        finalizers = obj.setdefault("metadata", {}).setdefault("finalizers", [])
        if _FINALIZERS[kind] not in finalizers:
            finalizers.append(_FINALIZERS[kind])
    _wire_form(obj, kind)


def _wire_form(value: Any, kind: str) -> None:
    if isinstance(value, list):
        for item in value:
            _wire_form(item, kind)
    elif isinstance(value, dict):
        for key in [
            k for k, zero in _OMITTED_ZEROS.items() if k in value and value[k] is not None and value[k] == zero
        ]:
            del value[key]
        for key, child in value.items():
            if key in _QUANTITIES and isinstance(child, dict):
                for name, amount in child.items():
                    if isinstance(amount, int | float) and not isinstance(amount, bool):
                        child[name] = str(amount)
            else:
                _wire_form(child, kind)


def kind_of(spec: dict[str, Any]) -> str:
    """The type of a Service."""
    return str(spec.get("type") or "ClusterIP")


def cluster_families(options: Options) -> list[str]:
    """Families of the Service networks, the first one first."""
    return [f"IPv{ip_network(text, strict=False).version}" for text in options.service_ranges]


def assign_families(spec: dict[str, Any], options: Options) -> None:
    """Fill in ipFamilyPolicy and ipFamilies (``initIPFamilyFields``)."""
    if kind_of(spec) == "ExternalName":
        return
    own = cluster_families(options)
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
    if kind_of(spec) != "ExternalName" and len(families) > 1 and single and not headless_alone:
        report.invalid(
            ("spec", "ipFamilyPolicy"),
            spec.get("ipFamilyPolicy"),
            "two families need PreferDualStack or RequireDualStack",
        )
