"""The spec of a PersistentVolumeClaim, also in a template (``ValidatePersistentVolumeClaimSpec``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.pod.resources import validate_quantity
from kubelens.predict.apiserver.selectors import validate_label_selector

_MODES: Final = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_VOLUME_MODES: Final = ("Block", "Filesystem")


def validate_access_modes(modes: list[str], report: Report, path: Path) -> None:
    """Known modes; ReadWriteOncePod alone."""
    single = others = False
    for mode in modes:
        if mode == "ReadWriteOncePod":
            single = True
        elif mode in _MODES:
            others = True
        else:
            report.not_supported(path, mode, _MODES)
    if single and others:
        report.forbidden(path, "must hold ReadWriteOncePod alone")


def validate_class_and_mode(spec: dict[str, Any], report: Report, path: Path) -> None:
    """The name of the class, and the mode."""
    name = spec.get("storageClassName", "")
    if name:
        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, "storageClassName"), name, problem)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in _VOLUME_MODES:
        report.not_supported((*path, "volumeMode"), mode, _VOLUME_MODES)


def validate_claim_spec(spec: dict[str, Any], report: Report, path: Path) -> None:
    """A claim's spec, in a claim or a template."""
    modes = spec.get("accessModes", [])
    if not modes:
        report.required((*path, "accessModes"), "must have at least one access mode, as in [ReadWriteOnce]")
    validate_label_selector(spec.get("selector"), report, (*path, "selector"))
    validate_access_modes(modes, report, (*path, "accessModes"))
    resources = spec.get("resources", {})
    storage = resources.get("requests", {}).get("storage")
    if storage is None:
        report.required((*path, "resources", MapKey("storage")))
    else:
        validate_quantity("storage", storage, report, (*path, "resources", MapKey("storage")))
        found = read_quantity(storage)
        if found is not None and found.nanos == 0:
            report.invalid((*path, "resources", MapKey("storage")), str(storage), "must be above 0")
    validate_class_and_mode(spec, report, path)
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None:
        _data_source(source, report, (*path, "dataSource"))
    if reference is not None:
        _data_source(reference, report, (*path, "dataSourceRef"))
        namespace = reference.get("namespace")
        if namespace:
            for problem in is_dns1123_label(namespace):
                report.invalid((*path, "dataSourceRef", "namespace"), namespace, problem)
    if (reference or {}).get("namespace"):
        if source is not None:
            report.inconsistent(path, "must not be set beside a dataSourceRef of another namespace")
    elif source is not None and reference is not None:
        if any(source.get(field) != reference.get(field) for field in ("apiGroup", "kind", "name")):
            report.inconsistent(path, "must be the same as dataSourceRef, is another")
    attributes = spec.get("volumeAttributesClassName")
    if attributes:
        for problem in is_dns1123_subdomain(attributes):
            report.invalid((*path, "volumeAttributesClassName"), attributes, problem)


def _data_source(source: dict[str, Any], report: Report, path: Path) -> None:
    if not source.get("name"):
        report.required((*path, "name"))
    kind, group = source.get("kind", ""), source.get("apiGroup") or ""
    if not kind:
        report.required((*path, "kind"))
    if not group and kind != "PersistentVolumeClaim":
        report.invalid(path, kind, "must be PersistentVolumeClaim in the core group")
    if group:
        for problem in is_dns1123_subdomain(group):
            report.invalid((*path, "apiGroup"), group, problem)
