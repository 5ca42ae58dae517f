"""ValidatingAdmissionPolicyBindings, after ``pkg/apis/admissionregistration/validation``."""

from __future__ import annotations

from typing import Final

from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.parts.admission_policy_binding import (
    default_admission_policy_binding,
    validate_admission_policy_binding,
)
from kubelens.predict.apiserver.strategy import Strategy

STRATEGIES: Final = (
    Strategy(
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding",
        names=is_dns1123_subdomain,
        namespaced=False,
        any_finalizer=True,
        default=default_admission_policy_binding,
        validate=validate_admission_policy_binding,
    ),
)
