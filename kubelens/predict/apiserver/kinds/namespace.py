"""Namespaces, after core ``ValidateNamespace`` and pod-security-admission ``ValidateNamespace``."""

from __future__ import annotations

import re
from typing import Any, Final

from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy

_POD_SECURITY: Final = "pod-security.kubernetes.io/"


def default_namespace(obj: dict[str, Any]) -> None:
    """The finalizer and the label with its name."""
    metadata = obj.setdefault("metadata", {})
    if name := metadata.get("name"):
        metadata.setdefault("labels", {}).setdefault("kubernetes.io/metadata.name", name)
    obj.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])


def _pod_security(labels: dict[str, str], report: Report) -> None:
    """The labels that choose a Pod Security level and its version."""
    for mode in ("enforce", "audit", "warn"):
        level = labels.get(_POD_SECURITY + mode)
        if level is not None and level not in ("privileged", "baseline", "restricted"):
            path: Path = ("metadata", "labels", MapKey(_POD_SECURITY + mode))
            report.invalid(path, level, "must be privileged, baseline or restricted")
        version = labels.get(f"{_POD_SECURITY}{mode}-version")
        if version is not None and version != "latest" and not re.fullmatch(r"v1\.(0|[1-9][0-9]*)", version):
            path = ("metadata", "labels", MapKey(f"{_POD_SECURITY}{mode}-version"))
            report.invalid(path, version, "must be latest or a release such as v1.30")


def validate_namespace(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Finalizers of a Namespace, and the Pod Security labels of one that is in order otherwise."""
    for name in obj.get("spec", {}).get("finalizers", []):
        path: Path = ("spec", "finalizers")
        for problem in is_qualified_name(name):
            report.invalid(path, name, problem)
        if "/" not in name and name not in ("kubernetes", "orphan", "foregroundDeletion"):
            report.invalid(path, name, "must be kubernetes, or have a domain before it")
    if not report.causes:
        _pod_security(obj.get("metadata", {}).get("labels", {}), report)


def validate_namespace_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The finalizers of the spec are kept as they were without a word; Pod Security labels that change are checked."""
    labels = (obj.get("metadata", {}).get("labels", {}) for obj in (new, old))
    now, before = ({key: one[key] for key in one if key.startswith(_POD_SECURITY)} for one in labels)
    if now != before and not report.causes:
        _pod_security(now, report)


STRATEGIES: Final = (
    Strategy(
        "",
        "Namespace",
        names=is_dns1123_label,
        namespaced=False,
        default=default_namespace,
        validate=validate_namespace,
        update=validate_namespace_update,
    ),
)
