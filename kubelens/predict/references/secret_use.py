"""Whether a Secret holds what a reference uses it for: credentials of a registry, or a certificate and its key."""

from __future__ import annotations

from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.references.presence import keys_of
from kubelens.predict.references.reference import Reference

_OF_REGISTRIES: Final = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}
_OF_CERTIFICATES: Final = ("tls.crt", "tls.key")


def unfit_for(reference: Reference, secret: Resource) -> str:
    """What a Secret must be or hold for the reference and what it is, ``""`` where it fits or nothing of it is known.

    The kubelet reads pull secrets of two types alone, whatever their keys (``MakeDockerKeyring``); controllers read
    ``tls.crt`` and ``tls.key`` of an Ingress's Secret. A Secret without data is filled in by somebody else.
    """
    held = keys_of(secret)
    if not held or secret.partial:
        return ""
    steps = reference.place.path
    if "imagePullSecrets" in steps:
        kind = fields.text(secret.value, "type") or "Opaque"
        return (
            ""
            if kind in _OF_REGISTRIES
            else f"must be of type kubernetes.io/dockerconfigjson to pull images, is of type {kind}"
        )
    if "tls" in steps and reference.source.kind in ("Ingress", "Gateway"):
        lacking = [key for key in _OF_CERTIFICATES if key not in held]
        there = ", ".join(f"'{key}'" for key in sorted(held)[:4])
        return f"must hold {' and '.join(lacking)} to serve TLS, holds {there}" if lacking else ""
    return ""
