"""ValidatingWebhookConfigurations, after ``pkg/apis/admissionregistration/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.webhooks import default_webhooks, validate_webhooks
from kubelens.predict.apiserver.strategy import Strategy


def validate_validating_webhooks(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ValidatingWebhookConfiguration."""
    validate_webhooks(obj.get("webhooks", []), report, mutating=False)


STRATEGIES: Final = (
    Strategy(
        "admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration",
        names=is_dns1123_subdomain,
        namespaced=False,
        any_finalizer=True,
        default=default_webhooks,
        validate=validate_validating_webhooks,
    ),
)
