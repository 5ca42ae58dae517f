"""ResourceClaims."""

from __future__ import annotations

from typing import Final

from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.parts.device_claims import validate_resource_claim_update
from kubelens.predict.apiserver.strategy import Strategy

STRATEGIES: Final = (
    Strategy(
        "resource.k8s.io",
        "ResourceClaim",
        names=is_dns1123_subdomain,
        namespaced=True,
        update=validate_resource_claim_update,
    ),
)
