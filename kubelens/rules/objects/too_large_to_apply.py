"""An object is too large for ``kubectl apply`` without ``--server-side``.

``kubectl apply`` keeps the whole object in an annotation, and annotations hold 262,144 bytes together: the API server
answers ``metadata.annotations: Too long``. ``kubectl apply --server-side``, ``kubectl create``, Helm and Flux write none.

Bad: a ConfigMap with a value of 300,000 characters.

Good: the same object in two.

References:

- https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule

_MOST: Final = 256 * 1024
"""Bytes of all annotations of an object together (apimachinery, TotalAnnotationSizeLimitB)."""
_SERVER_SIDE: Final = ("ServerSideApply=true", "Replace=true")


@rule(on=("ConfigMap", "Secret"), severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding; quiet where the API server refuses the object, or server-side apply is asked for."""
    if not ctx.facts.client_side or resource.partial or resource.reading.extent < _MOST // 4:
        return
    options = resource.annotations.get("argocd.argoproj.io/sync-options", "")
    if any(option in options for option in _SERVER_SIDE):
        return
    size = len(json.dumps(resource.value, ensure_ascii=False, separators=(",", ":")).encode())
    if size + sum(len(key) + len(value) for key, value in resource.annotations.items()) <= _MOST or size > 1024 * 1024:
        return
    yield ctx.finding(
        f"{resource.key} must be at most {_MOST:,} bytes for a client-side apply, is {size:,}",
        at=resource.place.at("metadata", "name"),
        notes=["kubectl apply ends with 'metadata.annotations: Too long'; kubectl apply --server-side takes it"],
    )
