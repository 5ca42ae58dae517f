"""Which controller an Ingress belongs to, and what those beside ingress-nginx read differently."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.request import read_request
from tests.agreement.ingress import bundle_of

OWN = "nginx.ingress.kubernetes.io/"
HOST = "shop.example.org"
P, E, TEXT = "Prefix", "Exact", "ImplementationSpecific"


def _ingress(*paths: tuple[str, str, str], **annotations: str) -> dict[str, Any]:
    listed = [
        {"path": path, "pathType": kind, "backend": {"service": {"name": service, "port": {"number": 80}}}}
        for path, kind, service in paths
    ]
    spec = {"ingressClassName": "mine", "rules": [{"host": HOST, "http": {"paths": listed}}]}
    metadata = {"name": "main", "annotations": annotations}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(
    ("controller", "annotation", "shown"),
    [
        ("k8s.io/ingress-nginx", "", "nginx"),
        ("traefik.io/ingress-controller", "", "traefik"),
        ("", "haproxy.org/load-balance", "haproxy"),
        ("example.org/other", OWN + "use-regex", ""),
    ],
)
def test_the_controller_shows_itself(controller: str, annotation: str, shown: str) -> None:
    ingress = _ingress(("/a", P, "a"))
    ingress["metadata"]["annotations"] = {annotation: "true"} if annotation else {}
    objects = [ingress]
    if controller:
        spec = {"controller": controller}
        objects.append(
            {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "mine"}, "spec": spec}
        )
    (route,) = Oracle(bundle_of(objects))(IngressRoutesOf(read_request(f"http://{HOST}/a"))).answer
    assert route.entry == "IngressClass mine" + (f" ({shown})" if shown else "")


@pytest.mark.parametrize(
    ("controller", "paths", "asked", "end"),
    [
        ("traefik", [("/foo", P, "a"), ("/", P, "b")], "/foobar", "a"),
        ("traefik", [("/foo", E, "a"), ("/foo", P, "b")], "/foo", "b"),
        ("haproxy", [("/foo", TEXT, "a"), ("/", P, "b")], "/foobar", "a"),
        ("haproxy", [("/foo", P, "a"), ("/", P, "b")], "/foobar", "b"),
        ("aws", [("/foo*", TEXT, "a"), ("/", P, "b")], "/foobar", "b"),
        ("aws", [("/foo*/x", TEXT, "a")], "/foobar/x", "a"),
        ("gke", [("/foo", TEXT, "a"), ("/*", TEXT, "b")], "/foo/x", "b"),
        ("gke", [("/foo/*", TEXT, "a")], "/foo/x", "a"),
    ],
)
def test_other_controllers(controller: str, paths: list[tuple[str, str, str]], asked: str, end: str) -> None:
    bundle = bundle_of([_ingress(*paths)])
    (route,) = Oracle(bundle)(IngressRoutesOf(read_request(f"http://{HOST}{asked}"), controller)).answer
    assert route.destinations[0].service == end


def test_redirects_of_other_controllers() -> None:
    aws = _ingress(("/", P, "a"), **{"alb.ingress.kubernetes.io/ssl-redirect": "443"})
    (route,) = Oracle(bundle_of([aws]))(IngressRoutesOf(read_request(f"http://{HOST}/"))).answer
    assert route.status == 301
    haproxy = _ingress(("/", P, "a"), **{"haproxy.org/ssl-redirect": "true", "haproxy.org/ssl-redirect-code": "303"})
    (route,) = Oracle(bundle_of([haproxy]))(IngressRoutesOf(read_request(f"http://{HOST}/"))).answer
    assert route.status == 303


def test_annotations_that_are_not_modelled_are_told() -> None:
    ingress = _ingress(("/", P, "a"), **{"traefik.ingress.kubernetes.io/router.middlewares": "x@y"})
    told = Oracle(bundle_of([ingress]))(IngressRoutesOf(read_request(f"http://{HOST}/"))).assumptions
    assert any("router.middlewares" in a.text for a in told)
