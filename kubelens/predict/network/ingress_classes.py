"""The Ingresses of a bundle, and the class each belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import Ingress, IngressClass, read_ingress, read_ingress_class

_TAKES_THOSE_WITHOUT: Final = frozenset({"traefik.io/ingress-controller", "projectcontour.io/ingress-controller"})


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
    """The class an Ingress names, the default class of the bundle, one whose controller takes it anyway, or ``""``."""
    if ingress.class_annotation or ingress.class_name:
        return ingress.class_annotation or ingress.class_name
    classes = list(classes_of(bundle))
    takers = (c.name for c in classes if takes_those_without(c))
    return next((c.name for c in classes if c.is_default), next(takers, ""))


def takes_those_without(one: IngressClass) -> bool:
    """Whether the controller of a class takes Ingresses that name none, though the class is not the default.

    Traefik does (``shouldProcessIngress``) unless its flag ``ingressClass`` is set, and so does Contour.
    """
    return one.controller in _TAKES_THOSE_WITHOUT
