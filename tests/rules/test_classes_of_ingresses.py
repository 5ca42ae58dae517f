"""An Ingress without a class beside IngressClasses of which none is the default: who takes it."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.request import read_request
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of

RULES = [rule for rule in kubelens_rules() if rule.name in ("ingress-without-controller",)]
TEXT = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: gate}
spec: {controller: CONTROLLERMORE}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
"""


@pytest.mark.parametrize(
    ("controller", "more", "taken"),
    [
        ("k8s.io/ingress-nginx", "", False),
        ("traefik.io/ingress-controller", "", True),
        ("projectcontour.io/ingress-controller", "", True),
        ("k8s.io/ingress-nginx", ", parameters: {kind: Odd, name: a, apiGroup: a.example/v1}", True),
    ],
)
def test_who_takes_an_ingress_without_a_class(controller: str, more: str, taken: bool) -> None:
    """A class that the API server refuses is none: then the cluster may have another default."""
    analysis = analysis_of(RULES, TEXT.replace("CONTROLLER", controller).replace("MORE", more))
    assert bool(analysis.findings) != taken
    if not more:
        ask = Oracle(analysis.snapshot.bundle)
        (route,) = ask(IngressRoutesOf(read_request("http://shop.example.com/", "GET", {}))).answer
        assert (route.entry == "no IngressClass") != taken


def test_several_classes_are_named_together() -> None:
    other = TEXT.partition("---")[0].replace("CONTROLLERMORE", "a.example/b").replace("gate", "door")
    analysis = analysis_of(RULES, f"{other}---{TEXT.replace('CONTROLLERMORE', 'k8s.io/ingress-nginx')}")
    (route,) = Oracle(analysis.snapshot.bundle)(IngressRoutesOf(read_request("http://a.example/", "GET", {}))).answer
    assert "none of the IngressClasses door, gate is the default" in route.notes[0]
