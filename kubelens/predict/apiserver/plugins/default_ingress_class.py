"""DefaultIngressClass (``plugin/pkg/admission/network/defaultingressclass``)."""

from __future__ import annotations

from typing import Any

from kubelens.kube import fields
from kubelens.kube.selector import read_labels
from kubelens.predict.apiserver.plugins.objects import Objects, name_of, of_kind


def default_ingress_class(ingress: dict[str, Any], objects: Objects) -> None:
    """The default class where an Ingress names none."""
    spec = ingress.setdefault("spec", {})
    annotations = read_labels(fields.mapping(ingress, "metadata").get("annotations"))
    if "ingressClassName" in spec or "kubernetes.io/ingress.class" in annotations:
        return
    names = sorted(
        name_of(o)
        for o in of_kind(objects, "IngressClass")
        if read_labels(fields.mapping(o, "metadata").get("annotations")).get(
            "ingressclass.kubernetes.io/is-default-class"
        )
        == "true"
    )
    if names:
        spec["ingressClassName"] = names[0]
