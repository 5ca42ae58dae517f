"""Settings that a claim or class hands to a driver (``validateDeviceConfiguration``)."""

from __future__ import annotations

import json
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.pod.volume_sources import validate_driver_name

MOST_SETTINGS: Final = 32
_LONGEST: Final = 10 * 1024


def validate_device_config(config: dict[str, Any], report: Report, path: Path) -> None:
    """A driver and its parameters, a map of its own."""
    here = (*path, "opaque")
    opaque = config.get("opaque")
    if opaque is None:
        report.required(here)
        return
    validate_driver_name(opaque.get("driver", ""), report, (*here, "driver"))
    parameters = opaque.get("parameters")
    if parameters is None:
        report.required((*here, "parameters"))
    elif len(json.dumps(parameters, separators=(",", ":"), ensure_ascii=False).encode()) > _LONGEST:
        report.too_long((*here, "parameters"), _LONGEST)
    elif not isinstance(parameters, dict):
        report.add((*here, "parameters"), CauseReason.INVALID, "must be a map")
