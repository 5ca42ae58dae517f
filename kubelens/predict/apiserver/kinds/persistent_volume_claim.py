"""PersistentVolumeClaims, after core ``ValidatePersistentVolumeClaim``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.parts.claim_spec import validate_claim_spec
from kubelens.predict.apiserver.parts.old_names import OLD_CLASS, annotation_field
from kubelens.predict.apiserver.parts.protection import protect
from kubelens.predict.apiserver.strategy import Strategy

_OLD_CLASS: Final = "volume.beta.kubernetes.io/storage-class"


def default_claim(obj: dict[str, Any]) -> None:
    """The mode of a PersistentVolumeClaim; a claim's data source and its reference say the same."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("volumeMode", "Filesystem")
    source = spec.get("dataSource")
    if source is not None and not _is_claim_or_snapshot(source):
        del spec["dataSource"]
    if spec.get("dataSourceRef", {}).get("namespace"):
        # CrossNamespaceVolumeDataSource is off by default: the reference is dropped
        del spec["dataSourceRef"]
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source and not reference:
        spec["dataSourceRef"] = dict(source)
    elif reference and not source:
        spec["dataSource"] = {key: value for key, value in reference.items() if key != "namespace"}


def _is_claim_or_snapshot(source: dict[str, Any]) -> bool:
    """What dataSource may name; anything else is dropped without a word."""
    group, kind = source.get("apiGroup") or "", source.get("kind", "")
    return (group, kind) in (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))


def validate_claim(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PersistentVolumeClaim."""
    validate_claim_spec(obj.get("spec", {}), report, ("spec",))


def validate_claim_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Only more storage and another attributes class can be asked for, of a claim that is bound."""
    validate_claim(new, report, options)
    spec, before = dict(new.get("spec", {})), dict(old.get("spec", {}))
    status = old.get("status", {})
    _carry_class(new, old, spec, before, report)
    if not before.get("volumeName") and spec.get("volumeName"):
        before["volumeName"] = spec["volumeName"]
    field = "volumeAttributesClassName"
    had, wanted = before.get(field), spec.get(field)
    amounts = [_storage(one) for one in (spec, before)]
    if status.get("phase") == "Bound":
        spec["resources"], before["resources"] = (_without_storage(one) for one in (spec, before))
        if wanted is not None:
            spec.pop(field)
            before.pop(field, None)
    if spec != before:
        report.forbidden(
            ("spec",), "only resources.requests and volumeAttributesClassName of a bound claim can be changed"
        )
    least = _nanos(status.get("capacity", {}).get("storage", "0"))
    if amounts[0] < amounts[1] and (amounts[0] <= least or not options.has("RecoverVolumeExpansionFailure")):
        report.forbidden(("spec", "resources", "requests", "storage"), "cannot be less than there is")
    if spec.get("volumeMode") != before.get("volumeMode"):
        report.add(("spec", "volumeMode"), CauseReason.INVALID, "cannot be changed", "volumeMode")
    if had is not None and not wanted and status.get("phase") == "Bound":
        report.forbidden(("spec", field), "cannot be taken away")


def _carry_class(
    new: dict[str, Any], old: dict[str, Any], spec: dict[str, Any], before: dict[str, Any], report: Report
) -> None:
    """A class may be set where there was none; it may move from the old annotation to the field."""
    mine, theirs = (one.get("metadata", {}).get("annotations", {}).get(_OLD_CLASS) for one in (new, old))
    unset = "storageClassName" not in before and "storageClassName" in spec
    if unset and theirs is not None and spec["storageClassName"] == theirs and mine in (None, theirs):
        before["storageClassName"] = theirs
        return
    if (mine or "") != (theirs or ""):
        report.add(
            ("metadata", "annotations", MapKey(_OLD_CLASS)),
            CauseReason.INVALID,
            "cannot be changed",
            f"metadata.annotations.{_OLD_CLASS}",
        )
    if unset and theirs is None:
        before["storageClassName"] = spec["storageClassName"]


def _without_storage(spec: dict[str, Any]) -> dict[str, Any]:
    resources = spec.get("resources", {})
    requests = {name: value for name, value in resources.get("requests", {}).items() if name != "storage"}
    return {**resources, "requests": requests}


def _storage(spec: dict[str, Any]) -> int:
    return _nanos(spec.get("resources", {}).get("requests", {}).get("storage", "0"))


def _nanos(value: Any) -> int:
    found = read_quantity(value)
    return 0 if found is None else found.nanos


def claim_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(pkg/api/persistentvolumeclaim, GetWarningsForPersistentVolumeClaim)"""
    if OLD_CLASS in obj.get("metadata", {}).get("annotations", {}):
        yield annotation_field(OLD_CLASS), "deprecated: spec.storageClassName"
    resources = obj.get("spec", {}).get("resources", {})
    for field in ("requests", "limits"):
        quantity = read_quantity(resources.get(field, {}).get("storage"))
        if quantity is not None and quantity.nanos % 1_000_000_000:
            yield f"spec.resources.{field}[storage]", "a fraction of a byte"


def store_claim(obj: dict[str, Any], options: Options) -> None:
    """Its finalizer."""
    protect(obj, "kubernetes.io/pvc-protection")


STRATEGIES: Final = (
    Strategy(
        "",
        "PersistentVolumeClaim",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_claim,
        store=store_claim,
        validate=validate_claim,
        update=validate_claim_update,
        warn=claim_warnings,
    ),
)
