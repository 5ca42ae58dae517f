"""DeviceClasses."""

from __future__ import annotations

from typing import Final

from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.strategy import Strategy

STRATEGIES: Final = (Strategy("resource.k8s.io", "DeviceClass", names=is_dns1123_subdomain, namespaced=False),)
