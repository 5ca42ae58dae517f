"""ConfigMaps, Secrets, ServiceAccounts and Namespaces, after core ``validation.go``."""

from __future__ import annotations

import base64
import json
import re
from typing import Any, Final

from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_config_map_key, is_qualified_name
from kubelens.predict.apiserver.options import Options

MAX_BYTES: Final = 1024 * 1024
_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


def validate_config_map(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Keys, keys in both maps, and the size together."""
    data, binary = obj.get("data", {}), obj.get("binaryData", {})
    total = 0
    for key, value in data.items():
        _key(key, report, ("data", MapKey(key)))
        if key in binary:
            report.invalid(("data", MapKey(key)), key, "is in data and in binaryData")
        total += len(value.encode("utf-8", "surrogatepass"))
    for key, value in binary.items():
        _key(key, report, ("binaryData", MapKey(key)))
        total += _decoded_size(value)
    if total > MAX_BYTES:
        report.add((), _too_long(), f"longer than {MAX_BYTES} bytes together", "[]")


def _too_long() -> Any:
    from kubelens.predict.apiserver.causes import CauseReason  # noqa: PLC0415 - rare

    return CauseReason.TOO_LONG


def _key(key: str, report: Report, path: Path) -> None:
    for problem in is_config_map_key(key):
        report.invalid(path, key, problem)


def _decoded_size(text: str) -> int:
    return len(base64.b64decode(text.replace("\n", "").replace("\r", "")))


def validate_secret(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Keys, size, and what the type asks for."""
    data = obj.get("data", {})
    total = 0
    for key, value in data.items():
        _key(key, report, ("data", MapKey(key)))
        total += _decoded_size(value)
    if total > MAX_BYTES:
        report.too_long(("data",), MAX_BYTES)
    kind = obj.get("type", "")
    if kind == "kubernetes.io/service-account-token":
        if not obj.get("metadata", {}).get("annotations", {}).get("kubernetes.io/service-account.name"):
            report.required(("metadata", "annotations", MapKey("kubernetes.io/service-account.name")))
    elif kind in ("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson"):
        key = _TYPES[kind][0]
        if key not in data:
            report.required(("data", MapKey(key)))
        elif not _is_json(data[key]):
            report.invalid(("data", MapKey(key)), "<secret contents redacted>", "is no JSON")
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


def validate_config_map_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """An immutable ConfigMap stays as it is."""
    if old.get("immutable"):
        if not new.get("immutable"):
            report.forbidden(("immutable",), "cannot be taken back")
        for field in ("data", "binaryData"):
            if new.get(field, {}) != old.get(field, {}):
                report.forbidden((field,), "the ConfigMap is immutable")
    validate_config_map(new, report, options)


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


def validate_service_account(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ServiceAccount has nothing but names of Secrets."""


_POD_SECURITY: Final = "pod-security.kubernetes.io/"


def _pod_security(labels: dict[str, str], report: Report) -> None:
    """The labels that choose a Pod Security level and its version."""
    for mode in ("enforce", "audit", "warn"):
        level = labels.get(_POD_SECURITY + mode)
        if level is not None and level not in ("privileged", "baseline", "restricted"):
            path: Path = ("metadata", "labels", MapKey(_POD_SECURITY + mode))
            report.invalid(path, level, "privileged, baseline or restricted")
        version = labels.get(f"{_POD_SECURITY}{mode}-version")
        if version is not None and version != "latest" and not re.fullmatch(r"v1\.(0|[1-9][0-9]*)", version):
            path = ("metadata", "labels", MapKey(f"{_POD_SECURITY}{mode}-version"))
            report.invalid(path, version, "latest or a release such as v1.30")


def validate_namespace(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Finalizers of a Namespace, and the Pod Security labels of one that is in order otherwise."""
    for name in obj.get("spec", {}).get("finalizers", []):
        path: Path = ("spec", "finalizers")
        for problem in is_qualified_name(name):
            report.invalid(path, name, problem)
        if "/" not in name and name not in ("kubernetes", "orphan", "foregroundDeletion"):
            report.invalid(path, name, "is neither kubernetes nor has a domain")
    if not report.causes:
        _pod_security(obj.get("metadata", {}).get("labels", {}), report)


def validate_namespace_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The finalizers of the spec are kept as they were without a word; Pod Security labels that change are checked."""
    labels = (obj.get("metadata", {}).get("labels", {}) for obj in (new, old))
    now, before = ({key: one[key] for key in one if key.startswith(_POD_SECURITY)} for one in labels)
    if now != before and not report.causes:
        _pod_security(now, report)
