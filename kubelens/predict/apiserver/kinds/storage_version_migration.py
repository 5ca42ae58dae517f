"""StorageVersionMigrations, after ``pkg/apis/storagemigration/validation`` (v1beta1)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Report
from kubelens.predict.apiserver.formats import is_dns1035_label, is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy


def validate_storage_version_migration(obj: dict[str, Any], report: Report, options: Options) -> None:
    """The resource whose objects are written anew."""
    wanted, path = obj.get("spec", {}).get("resource", {}), ("spec", "resource")
    group, resource = wanted.get("group", ""), wanted.get("resource", "")
    for problem in is_dns1123_subdomain(group) if group else []:
        report.invalid((*path, "group"), group, problem)
    if not resource:
        report.required((*path, "resource"))
    for problem in is_dns1035_label(resource) if resource else []:
        report.invalid((*path, "resource"), resource, problem)


def validate_storage_version_migration_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """The resource stays."""
    validate_storage_version_migration(new, report, options)
    if new.get("spec", {}).get("resource") != old.get("spec", {}).get("resource"):
        report.add(("spec",), CauseReason.INVALID, "cannot be changed")


STRATEGIES: Final = (
    Strategy(
        "storagemigration.k8s.io",
        "StorageVersionMigration",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_storage_version_migration,
        update=validate_storage_version_migration_update,
    ),
)
