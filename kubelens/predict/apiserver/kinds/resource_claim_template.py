"""ResourceClaimTemplates, after ``pkg/apis/resource/validation`` and ``registry/resource/resourceclaimtemplate``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.metadata import validate_claim_template_metadata
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.device_claims import (
    default_device_claim,
    validate_admin_access,
    validate_device_claim,
)
from kubelens.predict.apiserver.parts.device_v1beta1 import current_claim, default_claim_v1beta1
from kubelens.predict.apiserver.strategy import Strategy


def default_resource_claim_template(obj: dict[str, Any]) -> None:
    """One device a request."""
    default_device_claim(obj.get("spec", {}).get("spec", {}))


def validate_resource_claim_template(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Labels and annotations of the claims, and the devices they ask for."""
    spec = obj.get("spec", {})
    validate_claim_template_metadata(spec.get("metadata", {}), report, ("spec", "metadata"))
    validate_device_claim(spec.get("spec", {}), report, ("spec", "spec"))


def default_resource_claim_template_v1beta1(obj: dict[str, Any]) -> None:
    """One device a request."""
    default_claim_v1beta1(obj.get("spec", {}).get("spec", {}))


def validate_resource_claim_template_v1beta1(obj: dict[str, Any], report: Report, options: Options) -> None:
    """As of later versions."""
    spec = obj.get("spec", {})
    current = {**spec, "spec": current_claim(spec.get("spec", {}))}
    validate_resource_claim_template({**obj, "spec": current}, report, options)


def validate_resource_claim_template_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """A template stays as it is; nothing else is looked at."""
    if new.get("spec") != old.get("spec"):
        report.inconsistent(("spec",), "cannot be changed")


def refused_in_namespace(obj: Mapping[str, Any], labels: Mapping[str, str], report: Report) -> None:
    """Access for administrators, where the namespace does not have its label."""
    validate_admin_access(obj.get("spec", {}).get("spec", {}), labels, report)


STRATEGIES: Final = (
    Strategy(
        "resource.k8s.io",
        "ResourceClaimTemplate",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_resource_claim_template,
        validate=validate_resource_claim_template,
        update=validate_resource_claim_template_update,
        in_namespace=refused_in_namespace,
    ),
    Strategy(
        "resource.k8s.io",
        "ResourceClaimTemplate",
        version="v1beta1",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_resource_claim_template_v1beta1,
        validate=validate_resource_claim_template_v1beta1,
        update=validate_resource_claim_template_update,
    ),
)
