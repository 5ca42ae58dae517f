"""StorageVersions, which only the server itself writes."""

from __future__ import annotations

from typing import Final

from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.strategy import Strategy

STRATEGIES: Final = (
    Strategy("internal.apiserver.k8s.io", "StorageVersion", names=is_dns1123_subdomain, namespaced=False),
)
