"""The Ingresses of a bundle, and the class each belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import Ingress, IngressClass, read_ingress, read_ingress_class


def ingresses_of(bundle: Bundle) -> Iterator[Ingress]:
    """The whole Ingresses of a bundle."""
    for resource in bundle.all("Ingress"):
        if not resource.partial and (ingress := read_ingress(resource)) is not None:
            yield ingress


def classes_of(bundle: Bundle) -> Iterator[IngressClass]:
    """The IngressClasses of a bundle."""
    for resource in bundle.all("IngressClass"):
        if (found := read_ingress_class(resource)) is not None:
            yield found


def class_of(bundle: Bundle, ingress: Ingress) -> str:
    """The class an Ingress names, the default class of the bundle, or ``""``."""
    if ingress.class_annotation or ingress.class_name:
        return ingress.class_annotation or ingress.class_name
    return next((c.name for c in classes_of(bundle) if c.is_default), "")
