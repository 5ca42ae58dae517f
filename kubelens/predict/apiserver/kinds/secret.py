"""Secrets, after core ``ValidateSecret``."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.data_keys import MAX_BYTES, decoded_size, validate_key
from kubelens.predict.apiserver.strategy import Strategy

_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_LOGINS: Final = {
    ".dockercfg": '{"registry.example.com": {"username": ..., "password": ...}}',
    ".dockerconfigjson": '{"auths": {"registry.example.com": {"username": ..., "password": ...}}}',
}
"""What the keys of a pull secret hold."""


def default_secret(obj: dict[str, Any]) -> None:
    """The type; ``stringData`` goes into ``data`` before validation."""
    import base64  # noqa: PLC0415 - only Secrets need it

    if not obj.get("type"):
        obj["type"] = "Opaque"
    text = obj.pop("stringData", None)
    if text:
        data = obj.setdefault("data", {})
        for name, value in text.items():
            data[name] = base64.b64encode(value.encode()).decode()


def keep_string_data(obj: dict[str, Any], written: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    """What ``stringData`` said stays in ``data`` when it is no longer said: no one owns it there."""
    gone = set(fields.mapping(written, "stringData")) - set(fields.mapping(written, "data"))
    data = fields.mapping(stored, "data")
    for name in sorted(gone & data.keys() - obj.get("data", {}).keys()):
        obj.setdefault("data", {})[name] = data[name]


def validate_secret(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Keys, size, and what the type asks for."""
    data = obj.get("data", {})
    total = 0
    for key, value in data.items():
        validate_key(key, report, ("data", MapKey(key)))
        total += decoded_size(value)
    if total > MAX_BYTES:
        report.too_long(("data",), MAX_BYTES, total)
    kind = obj.get("type", "")
    if kind == "kubernetes.io/service-account-token":
        if not obj.get("metadata", {}).get("annotations", {}).get("kubernetes.io/service-account.name"):
            report.required(("metadata", "annotations", MapKey("kubernetes.io/service-account.name")))
    elif kind in ("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson"):
        key = _TYPES[kind][0]
        if key not in data:
            report.required(("data", MapKey(key)))
        elif not _is_json(data[key]):
            report.add(
                ("data", MapKey(key)), CauseReason.INVALID, f"must be JSON, is something else: write {_LOGINS[key]}"
            )
    elif kind == "kubernetes.io/basic-auth":
        if "username" not in data and "password" not in data:
            report.required(("data", MapKey("username")))
            report.required(("data", MapKey("password")))
    elif kind == "kubernetes.io/ssh-auth":
        if not data.get("ssh-privatekey"):
            report.required(("data", MapKey("ssh-privatekey")))
    elif kind == "kubernetes.io/tls":
        for key in _TYPES[kind]:
            if key not in data:
                report.required(("data", MapKey(key)))


def _is_json(text: str) -> bool:
    try:
        value = json.loads(base64.b64decode(text.replace("\n", "").replace("\r", "")))
    except ValueError:
        return False
    return value is None or isinstance(value, dict)


def validate_secret_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The type stays; an immutable Secret stays as it is."""
    if new.get("type") != old.get("type"):
        report.invalid(("type",), new.get("type"), "cannot be changed")
    if old.get("immutable"):
        if not new.get("immutable"):
            report.forbidden(("immutable",), "cannot be taken back")
        if new.get("data", {}) != old.get("data", {}):
            report.forbidden(("data",), "the Secret is immutable")
    validate_secret(new, report, options)


STRATEGIES: Final = (
    Strategy(
        "",
        "Secret",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_secret,
        keep=keep_string_data,
        validate=validate_secret,
        update=validate_secret_update,
    ),
)
