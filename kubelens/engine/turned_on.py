"""The API versions that the settings of API servers beside the manifests turn on (``--runtime-config``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source

_FLAGS: Final = ("runtime-config", "runtimeConfig", "runtime_config")
_TURNED_ON: Final = pattern(
    r"(?<![\w./-])((?:[a-z0-9][a-z0-9.-]*/)?(?:v\d+(?:alpha|beta)\d+|all|beta|alpha)(?:/[a-z]+)?)['\"]?\s*[=:]\s*['\"]?true\b"
)
"""``batch/v2alpha1=true`` of a flag, ``"api/alpha": "true"`` of kind's and k3d's settings."""


def turned_on(sources: Iterable[Source]) -> frozenset[str]:
    """What they turn on, as the flag has it: ``group/version``, with a resource behind it, ``api/all``, ``api/beta``.

    Talos, kubeadm, k3s and kind all write the flag by its name (kube-apiserver ``APIEnablementOptions``).
    """
    found: set[str] = set()
    for source in sources:
        if any(flag in source.text for flag in _FLAGS):
            found.update(match[1] for match in _TURNED_ON.finditer(source.text))
    return frozenset(found)
