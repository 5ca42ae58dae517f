"""The one source of a PersistentVolume (``ValidatePersistentVolumeSpec``)."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.pod.volume_sources import SOURCES, validate_shared_source


def validate_volume_source(spec: dict[str, Any], report: Report, path: Path) -> None:
    """Exactly one source, in order."""
    count = 0
    for name in SOURCES:
        if name not in spec:
            continue
        count += 1
        if count > 1 and name != "flexVolume":
            field = field_notation((*path, "cephFS" if name == "cephfs" else name))
            report.add((*path, name), CauseReason.FORBIDDEN, "must name one source only", field)
            continue
        if name == "local":
            text = spec["local"].get("path", "")
            if not text:
                report.required((*path, "local", "path"))
            elif ".." in text.split("/"):
                report.invalid((*path, "local", "path"), text, "must not hold '..'")
            if spec.get("nodeAffinity") is None:
                report.required((*path, "nodeAffinity"), "must say which nodes have the local volume")
        else:
            validate_shared_source(name, spec[name], report, (*path, name), in_pod=False)
    if count == 0:
        report.required(path, "must name a source")
