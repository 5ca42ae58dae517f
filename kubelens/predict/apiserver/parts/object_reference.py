"""References to an object by group, kind and name (``pkg/apis/networking/validation``)."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_path_segment_name


def validate_object_reference(reference: dict[str, Any], report: Report, path: Path) -> None:
    """Group (left out for the core group, not empty), kind and name of an object."""
    group = reference.get("apiGroup")
    for problem in is_dns1123_subdomain(group) if group is not None else []:
        report.invalid((*path, "apiGroup"), group, problem)
    for field in ("kind", "name"):
        text = reference.get(field, "")
        if not text:
            report.required((*path, field))
        for problem in is_path_segment_name(text) if text else []:
            report.invalid((*path, field), text, problem)
