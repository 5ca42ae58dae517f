"""What the admission webhook of ingress-nginx 1.15 refuses; where it is not installed, the Ingress works all the same.

Follows ``controller.go`` (``CheckIngress``, ``checkOverlap``) and ``internal/ingress/inspector``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.network import Ingress
from kubelens.predict.network.ingress_controllers.nginx.annotations import PREFIX
from kubelens.syntax.pattern import pattern

_PLAIN_PATH: Final = pattern(r"/[A-Za-z0-9._\-/]*")
_FORBIDDEN: Final = pattern(
    r"\s*alias\s.*;|\s*root\s.*;|/etc/(passwd|shadow|group|nginx|ingress-controller)|/var/run/secrets|_by_lua",
    re.DOTALL,
)


def refusals(ingresses: Sequence[Ingress]) -> Iterator[tuple[str, str]]:
    """(Ingress, why its webhook refuses it); the later one of two that claim a path."""
    claimed: dict[tuple[str, str], str] = {}
    for ingress in ingresses:
        title = f"Ingress {ingress.namespace}/{ingress.name}"
        canary = f"{PREFIX}canary" in ingress.resource.annotations
        for rule in ingress.rules:
            for path in rule.paths:
                written = path.path or "/"
                if path.type != "ImplementationSpecific" and _PLAIN_PATH.fullmatch(written) is None:
                    yield title, f"its webhook refuses path {written} of type {path.type} (strict-validate-path-type)"
                if _FORBIDDEN.search(written) is not None:
                    yield title, f"its webhook refuses path {written}"
                other = claimed.setdefault((rule.host, written), title)
                if other != title and not canary:
                    yield title, f"its webhook refuses host {rule.host or '*'} path {written}, which {other} has"
