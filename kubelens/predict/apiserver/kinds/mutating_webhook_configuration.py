"""MutatingWebhookConfigurations, after ``pkg/apis/admissionregistration/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.webhooks import default_webhooks, validate_webhooks
from kubelens.predict.apiserver.strategy import Strategy


def default_mutating_webhooks(obj: dict[str, Any]) -> None:
    """As for validating ones, and whether they are called again."""
    default_webhooks(obj)
    for webhook in obj.get("webhooks", []):
        webhook.setdefault("reinvocationPolicy", "Never")


def validate_mutating_webhooks(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A MutatingWebhookConfiguration."""
    validate_webhooks(obj.get("webhooks", []), report, mutating=True)


STRATEGIES: Final = (
    Strategy(
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
        names=is_dns1123_subdomain,
        namespaced=False,
        any_finalizer=True,
        default=default_mutating_webhooks,
        validate=validate_mutating_webhooks,
    ),
)
