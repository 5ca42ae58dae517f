"""ValidatingAdmissionPolicies, after ``pkg/apis/admissionregistration/validation``."""

from __future__ import annotations

from typing import Final

from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.parts.admission_policy import default_admission_policy, validate_admission_policy
from kubelens.predict.apiserver.strategy import Strategy

STRATEGIES: Final = (
    Strategy(
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicy",
        names=is_dns1123_subdomain,
        namespaced=False,
        any_finalizer=True,
        default=default_admission_policy,
        validate=validate_admission_policy,
    ),
)
