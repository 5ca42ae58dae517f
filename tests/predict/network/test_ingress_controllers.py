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


@pytest.mark.parametrize("annotated", [True, False])
@pytest.mark.parametrize("controller", ["aws", "traefik"])
def test_an_action_of_an_application_load_balancer_is_no_service(controller: str, annotated: bool) -> None:
    name = "alb.ingress.kubernetes.io/actions.away"
    ingress = _ingress(("/", P, "away"), **({name: "{}"} if annotated else {}))
    (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
    path["backend"]["service"]["port"] = {"name": "use-annotation"}
    told = Oracle(bundle_of([ingress]))(IngressRoutesOf(read_request(f"http://{HOST}/"), controller))
    (route,) = told.answer
    missing = any("Service default/away is not among the files" in note for note in route.notes)
    if controller == "aws":
        assert (route.destinations, missing) == ((), False)
        assert any(f"has no annotation {name}" in note for note in route.notes) != annotated
        assert any(f"not modelled: {name}" in a.text for a in told.assumptions) == annotated
    else:
        assert missing


def test_annotations_that_are_not_modelled_are_told() -> None:
    ingress = _ingress(("/", P, "a"), **{"traefik.ingress.kubernetes.io/router.middlewares": "x@y"})
    told = Oracle(bundle_of([ingress]))(IngressRoutesOf(read_request(f"http://{HOST}/"))).assumptions
    assert any("router.middlewares" in a.text for a in told)


def _class(controller: str) -> dict[str, Any]:
    spec = {"controller": controller}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "mine"}, "spec": spec}


@pytest.mark.parametrize(
    ("objects", "controller", "told"),
    [
        (
            [_class("ingress-controllers.konghq.com/kong")],
            "",
            "ingress-controllers.konghq.com/kong of IngressClass mine",
        ),
        ([_class("haproxy-ingress.github.io/controller")], "", "goes by the Ingress API's own text"),
        ([], "", "IngressClass mine, not among the files, is of a controller that goes by the Ingress API's own text"),
        ([_class("k8s.io/internal-nginx")], "", "k8s.io/internal-nginx of IngressClass mine is ingress-nginx"),
        ([_class("k8s.io/ingress-nginx")], "", ""),
        ([_class("haproxy.org/ingress-controller/second")], "", ""),
        ([_class("ingress-controllers.konghq.com/kong")], "specification", ""),
        ([], "nginx", ""),
    ],
)
def test_what_is_taken_for_granted_of_a_controller(objects: list[dict[str, Any]], controller: str, told: str) -> None:
    asked = IngressRoutesOf(read_request(f"http://{HOST}/a"), controller)
    texts = [a.text for a in Oracle(bundle_of([_ingress(("/a", P, "a")), *objects]))(asked).assumptions]
    assert any(told in text for text in texts) if told else texts == []


def test_a_class_without_a_name_of_an_unknown_controller_is_told() -> None:
    ingress = _ingress(("/a", P, "a"))
    del ingress["spec"]["ingressClassName"]
    texts = [
        a.text for a in Oracle(bundle_of([ingress]))(IngressRoutesOf(read_request(f"http://{HOST}/a"))).assumptions
    ]
    assert any(
        "the default IngressClass is of a controller that goes by the Ingress API's own text" in t for t in texts
    )


@pytest.mark.parametrize(
    ("controller", "annotation", "told"),
    [
        ("haproxy", "haproxy-ingress.github.io/app-root", True),
        ("haproxy", "nginx.ingress.kubernetes.io/rewrite-target", True),
        ("haproxy", "haproxy.org/check", False),
        ("haproxy", "ingress.kubernetes.io/ssl-redirect", False),
        ("nginx", "nginx.org/rewrites", True),
        ("nginx", "ingress.kubernetes.io/rewrite-target", True),
        ("nginx", "cert-manager.io/cluster-issuer", False),
        ("nginx", "external-dns.alpha.kubernetes.io/hostname", False),
        ("gke", "ingress.kubernetes.io/url-map", False),
        ("gke", "nginx.ingress.kubernetes.io/use-regex", True),
        ("aws", "traefik.ingress.kubernetes.io/router.tls", True),
        ("traefik", "alb.ingress.kubernetes.io/scheme", True),
    ],
)
def test_annotations_of_other_controllers_have_no_effect(controller: str, annotation: str, told: bool) -> None:
    bundle = bundle_of([_ingress(("/", P, "a"), **{annotation: "x"})])
    (route,) = Oracle(bundle)(IngressRoutesOf(read_request(f"https://{HOST}/"), controller)).answer
    assert [annotation in note and "without effect" in note for note in route.notes if "of other" in note] == [
        True
    ] * told
    elsewhere = Oracle(bundle)(IngressRoutesOf(read_request("https://other.example.org/"), controller)).answer
    assert not any("of other controllers" in note for route in elsewhere for note in route.notes)


@pytest.mark.parametrize("ports", [[], [{"port": 80}]])
@pytest.mark.parametrize("controller", ["specification", "traefik", "haproxy", "gke"])
def test_what_becomes_of_an_alias_is_the_controllers_own_matter(ports: list[dict[str, int]], controller: str) -> None:
    spec = {"type": "ExternalName", "externalName": "far.example.org", "ports": ports}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": spec}
    bundle = bundle_of([_ingress(("/", P, "a")), service])
    (route,) = Oracle(bundle)(IngressRoutesOf(read_request(f"http://{HOST}/"), controller)).answer
    assert (route.status, route.destinations[0].pods) == (None, ("ExternalName far.example.org",))
    assert "is its own matter" in route.notes[0]
