"""DeviceClasses, after ``pkg/apis/resource/validation`` and ``registry/resource/deviceclass``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.device_config import MOST_SETTINGS, validate_device_config
from kubelens.predict.apiserver.parts.device_selectors import validate_selectors
from kubelens.predict.apiserver.pod.resources import is_extended
from kubelens.predict.apiserver.strategy import Strategy


def validate_device_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Selectors, settings for drivers, and the extended resource that the class stands for."""
    spec = obj.get("spec", {})
    validate_selectors(spec.get("selectors", []), report, ("spec", "selectors"))
    config = spec.get("config", [])
    if len(config) > MOST_SETTINGS:
        report.too_many(("spec", "config"), len(config), MOST_SETTINGS)
    else:
        for index, one in enumerate(config):
            validate_device_config(one, report, ("spec", "config", index))
    name = spec.get("extendedResourceName")
    if name is not None and not is_extended(name):
        report.invalid(("spec", "extendedResourceName"), name, "must be an extended resource: a domain, '/' and a name")


STRATEGIES: Final = (
    Strategy(
        "resource.k8s.io",
        "DeviceClass",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_device_class,
        counts_changes=True,
    ),
)
