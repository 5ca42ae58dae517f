"""ConfigMaps, after core ``ValidateConfigMap``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import KeyAtFault, MapKey, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.data_keys import MAX_BYTES, decoded_size, validate_key
from kubelens.predict.apiserver.strategy import Strategy


def validate_config_map(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Keys, keys in both maps, and the size together."""
    data, binary = obj.get("data", {}), obj.get("binaryData", {})
    total = 0
    for key, value in data.items():
        validate_key(key, report, ("data", MapKey(key)))
        if key in binary:
            report.invalid(("data", KeyAtFault(key)), key, "must be a key of data or of binaryData, is in both")
        total += len(value.encode("utf-8", "surrogatepass"))
    for key, value in binary.items():
        validate_key(key, report, ("binaryData", MapKey(key)))
        total += decoded_size(value)
    if total > MAX_BYTES:
        report.too_long(("data",) if data else ("binaryData",), MAX_BYTES, total, "[]")


def validate_config_map_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """An immutable ConfigMap stays as it is."""
    if old.get("immutable"):
        if not new.get("immutable"):
            report.forbidden(("immutable",), "cannot be taken back")
        for field in ("data", "binaryData"):
            if new.get(field, {}) != old.get(field, {}):
                report.forbidden((field,), "the ConfigMap is immutable")
    validate_config_map(new, report, options)


STRATEGIES: Final = (
    Strategy(
        "",
        "ConfigMap",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_config_map,
        update=validate_config_map_update,
    ),
)
