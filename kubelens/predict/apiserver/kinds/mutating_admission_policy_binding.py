"""MutatingAdmissionPolicyBindings, after ``pkg/apis/admissionregistration/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.admission_policy_binding import (
    default_admission_policy_binding,
    validate_admission_policy_binding,
)
from kubelens.predict.apiserver.parts.match_resources import validate_mutated_operations
from kubelens.predict.apiserver.strategy import Strategy


def validate_mutating_policy_binding(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A MutatingAdmissionPolicyBinding: as a validating one, without actions."""
    spec = obj.get("spec", {})
    validate_admission_policy_binding({**obj, "spec": {**spec, "validationActions": ["Deny"]}}, report, options)
    validate_mutated_operations(spec.get("matchResources"), report, ("spec", "matchResources"))


STRATEGIES: Final = (
    Strategy(
        "admissionregistration.k8s.io",
        "MutatingAdmissionPolicyBinding",
        names=is_dns1123_subdomain,
        namespaced=False,
        any_finalizer=True,
        default=default_admission_policy_binding,
        validate=validate_mutating_policy_binding,
    ),
)
