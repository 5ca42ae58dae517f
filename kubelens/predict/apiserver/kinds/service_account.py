"""ServiceAccounts, after core ``ValidateServiceAccount``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.parts.old_names import annotation_field
from kubelens.predict.apiserver.strategy import Strategy

_MOUNTABLE_SECRETS: Final = "kubernetes.io/enforce-mountable-secrets"


def validate_service_account(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ServiceAccount has nothing but names of Secrets."""


def service_account_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/serviceaccount, WarningsOnCreate)"""
    if _MOUNTABLE_SECRETS in obj.get("metadata", {}).get("annotations", {}):
        yield annotation_field(_MOUNTABLE_SECRETS), "deprecated since 1.32: namespaces keep Secrets apart"


STRATEGIES: Final = (
    Strategy(
        "",
        "ServiceAccount",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_service_account,
        warn=service_account_warnings,
    ),
)
