"""Object metadata: names, labels, annotations, owners, finalizers, after apimachinery ``api/validation/objectmeta.go``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, KeyAtFault, MapKey, Path, Report
from kubelens.predict.apiserver.formats import (
    is_dns1123_label,
    is_qualified_name,
    is_valid_label_value,
)

Names = Callable[[str], list[str]]
MAX_ANNOTATIONS: Final = 256 * 1024
_STANDARD_FINALIZERS: Final = frozenset({"kubernetes", "foregroundDeletion", "orphan"})
_FORBIDDEN_OWNERS: Final = frozenset({("v1", "Event")})


def validate_labels(labels: dict[str, str], report: Report, path: Path) -> None:
    """Keys and values of labels; the server names the map, not the key."""
    for key, value in labels.items():
        for problem in is_qualified_name(key):
            report.add((*path, KeyAtFault(key)), CauseReason.INVALID, f"label key {key!r}: {problem}", _notation(path))
        for problem in is_valid_label_value(value):
            report.add(
                (*path, MapKey(key)),
                CauseReason.INVALID,
                f"value {value!r} of label {key!r}: {problem}",
                _notation(path),
            )


def validate_annotations(annotations: dict[str, str], report: Report, path: Path) -> None:
    """Keys of annotations, and their size together."""
    size = 0
    for key, value in annotations.items():
        for problem in is_qualified_name(key.lower()):
            report.add(
                (*path, KeyAtFault(key)), CauseReason.INVALID, f"annotation key {key!r}: {problem}", _notation(path)
            )
        size += len(key.encode()) + len(value.encode())
    if size > MAX_ANNOTATIONS:
        report.too_long(path, MAX_ANNOTATIONS)


def generated_name(base: str) -> str:
    """A name as the server makes one of ``generateName``: as much as leaves room for five random characters."""
    return base[:58] + "x7k2p"


def validate_metadata(
    metadata: dict[str, Any],
    report: Report,
    names: Names,
    *,
    namespaced: bool,
    path: Path = ("metadata",),
    any_finalizer: bool = False,
    counts_changes: bool = False,
) -> None:
    """Metadata of a new object; ``names`` checks ``name``.

    ``any_finalizer``: names without a domain will do. ``counts_changes``: ``generation`` is set by the server.
    """
    generate = metadata.get("generateName", "")
    name = metadata.get("name", "")
    if generate:
        for problem in names(_masked(generate)):
            report.invalid((*path, "generateName"), generate, problem)
    if not name and generate:
        name = generated_name(generate)
    if not name:
        report.required((*path, "name"), "must have a name or a generateName")
    else:
        for problem in names(name):
            report.invalid((*path, "name"), name, problem)
    namespace = metadata.get("namespace", "")
    if namespaced:
        if namespace:
            for problem in is_dns1123_label(namespace):
                report.invalid((*path, "namespace"), namespace, problem)
    if metadata.get("generation", 0) < 0 and not counts_changes:
        report.invalid((*path, "generation"), metadata["generation"], "must be at least 0")
    validate_labels(metadata.get("labels", {}), report, (*path, "labels"))
    validate_annotations(metadata.get("annotations", {}), report, (*path, "annotations"))
    validate_owners(metadata.get("ownerReferences", []), report, (*path, "ownerReferences"))
    validate_finalizers(metadata.get("finalizers", []), report, (*path, "finalizers"), any_name=any_finalizer)
    _managed(metadata.get("managedFields", []), report, (*path, "managedFields"))


def validate_pod_template_metadata(metadata: dict[str, Any], report: Report, path: Path) -> None:
    """What of a Pod template's metadata is looked at."""
    validate_annotations(metadata.get("annotations", {}), report, (*path, "annotations"))


def validate_claim_template_metadata(metadata: dict[str, Any], report: Report, path: Path) -> None:
    """Labels and annotations, and nothing else (``ValidateTemplateObjectMeta``)."""
    validate_annotations(metadata.get("annotations", {}), report, (*path, "annotations"))
    validate_labels(metadata.get("labels", {}), report, (*path, "labels"))
    for name, value in metadata.items():
        if name not in ("annotations", "labels") and value not in ("", 0, [], None):
            report.forbidden(
                (*path, name), "must not be set in a template of claims, which has labels and annotations only"
            )


def validate_owners(owners: list[dict[str, Any]], report: Report, path: Path) -> None:
    """Owners of an object; the server names the fields without an index."""
    controllers = 0
    for index, owner in enumerate(owners):
        version = owner.get("apiVersion", "")

        def wrong(field: str, message: str, at: int = index) -> None:
            report.add((*path, at, field), CauseReason.INVALID, message, _notation((*path, field)))

        if not version or version.endswith("/") or version.count("/") > 1:
            wrong("apiVersion", f"{version!r} is no group and version")
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                wrong(field, "is empty")
        if (version, owner.get("kind")) in _FORBIDDEN_OWNERS:
            report.invalid(path, owner.get("kind"), "must be of a kind that owns objects")
        if owner.get("controller"):
            controllers += 1
            if controllers > 1:
                report.inconsistent(path, "must have one owner only that is the controller")


def validate_finalizers(finalizers: list[str], report: Report, path: Path, *, any_name: bool = False) -> None:
    """Finalizers: names with a domain or Kubernetes' own three, or (``any_name``) any qualified name."""
    both = {"orphan", "foregroundDeletion"} <= set(finalizers)
    for index, name in enumerate(finalizers):
        for problem in is_qualified_name(name):
            report.add((*path, index), CauseReason.INVALID, f"{name!r}: {problem}", _notation(path))
        if any_name:
            continue
        if "/" not in name and name not in _STANDARD_FINALIZERS and not is_qualified_name(name):
            report.add(
                (*path, index),
                CauseReason.INVALID,
                f"{name!r} is neither a standard finalizer nor has a domain",
                f"{_notation(path)}[{index}]",
            )
    if both:
        report.inconsistent(path, "must hold orphan or foregroundDeletion, holds both: take one out")


def _managed(entries: list[dict[str, Any]], report: Report, path: Path) -> None:
    """Entries of the field manager, which drops all of them where it cannot read one."""
    if any(entry.get("fieldsType") != "FieldsV1" for entry in entries):
        return
    for index, entry in enumerate(entries):
        if entry.get("operation") not in ("Apply", "Update"):
            report.invalid((*path, index, "operation"), entry.get("operation"), "must be Apply or Update")
        manager = entry.get("manager", "")
        if len(manager) > 128:
            report.too_long((*path, index, "manager"), 128)


def _masked(prefix: str) -> str:
    """A generated name's form: a dash at the end is followed by more."""
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix


def _notation(path: Path) -> str:
    from kubelens.predict.apiserver.causes import field_notation  # noqa: PLC0415 - only after a mistake

    return field_notation(path)
