"""What ResourceClaims and their templates share."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.options import Options


def validate_resource_claim_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """What a ResourceClaim or its template asks for stays (ValidateResourceClaimUpdate)."""
    if new.get("spec") != old.get("spec"):
        report.invalid(("spec",), "", "cannot be changed")
