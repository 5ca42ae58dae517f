"""DeviceTaintRules, after ``pkg/apis/resource/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.device_names import validate_pool_name
from kubelens.predict.apiserver.parts.device_taints import validate_device_taint
from kubelens.predict.apiserver.pod.volume_sources import validate_driver_name
from kubelens.predict.apiserver.strategy import Strategy


def validate_device_taint_rule(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Which devices, and their taint."""
    _rule(obj, report, None)


def validate_device_taint_rule_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """Everything may change that is valid; an effect that stays is not looked at again."""
    _rule(new, report, old.get("spec", {}).get("taint", {}))


def _rule(obj: dict[str, Any], report: Report, before: dict[str, Any] | None) -> None:
    spec = obj.get("spec", {})
    selector, path = spec.get("deviceSelector") or {}, ("spec", "deviceSelector")
    if "driver" in selector:
        validate_driver_name(selector["driver"], report, (*path, "driver"))
    if "pool" in selector:
        validate_pool_name(selector["pool"], report, (*path, "pool"))
    if "device" in selector:
        here: Path = (*path, "device")
        for problem in is_dns1123_label(selector["device"]):
            report.invalid(here, selector["device"], problem)
    validate_device_taint(spec.get("taint", {}), report, ("spec", "taint"), before)


STRATEGIES: Final = (
    Strategy(
        "resource.k8s.io",
        "DeviceTaintRule",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_device_taint_rule,
        update=validate_device_taint_rule_update,
        counts_changes=True,
    ),
)
