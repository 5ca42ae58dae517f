"""Which rule of which load balancer answers on AWS and GKE: order in a group, ``ssl-redirect``, balancers of their own."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.network.destination import Redirect, Route
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.request import read_request
from tests.agreement.ingress import bundle_of

HOST = "books.example.org"
P, E, TEXT = "Prefix", "Exact", "ImplementationSpecific"
Path = tuple[str, str, str]


def _ingress(name: str, *paths: Path, host: str = HOST, **annotations: str) -> dict[str, Any]:
    """``annotations``: of AWS, ``_`` for ``.`` in ``group_name`` and for ``-`` elsewhere."""
    listed = [
        {"path": path, "pathType": kind, "backend": {"service": {"name": service, "port": {"number": 80}}}}
        for path, kind, service in paths
    ]
    written = {
        f"alb.ingress.kubernetes.io/{key.replace('_', '.' if key.startswith('group') else '-')}": value
        for key, value in annotations.items()
    }
    rule = {"http": {"paths": listed}} | ({"host": host} if host else {})
    spec = {"ingressClassName": "mine", "rules": [rule]}
    metadata = {"name": name, "namespace": "library", "annotations": written}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def _asked(url: str, controller: str, *ingresses: dict[str, Any]) -> Prediction[tuple[Route, ...]]:
    return Oracle(bundle_of(list(ingresses)))(IngressRoutesOf(read_request(url), controller))


def _services(routes: tuple[Route, ...]) -> list[str]:
    return [d.service for route in routes for d in route.destinations]


@pytest.mark.parametrize(
    ("orders", "end"),
    [(("", ""), "pages"), (("5", ""), "all"), (("5", "7"), "pages"), (("0", "-1"), "all"), (("10", "9"), "all")],
)
def test_a_group_goes_ingress_by_ingress(orders: tuple[str, str], end: str) -> None:
    first, second = ({"group_name": "g"} | ({"group_order": order} if order else {}) for order in orders)
    ingresses = (_ingress("b", ("/", P, "all"), **second), _ingress("a", ("/pages/*", TEXT, "pages"), **first))
    assert _services(_asked(f"https://{HOST}/pages/1", "aws", *ingresses).answer) == [end]


def test_a_short_path_of_the_first_ingress_hides_the_long_one_of_the_next() -> None:
    ingresses = (
        _ingress("a", ("/", P, "all"), group_name="g"),
        _ingress("b", ("/pages", E, "pages"), group_name="g"),
    )
    (route,) = _asked(f"https://{HOST}/pages", "aws", *ingresses).answer
    assert _services((route,)) == ["all"]
    assert [r.text.rpartition(": ")[2] for r in route.passed] == ["matches, but / (Prefix) comes before it"]


def test_paths_of_one_ingress_are_sorted() -> None:
    ingress = _ingress("a", ("/*", TEXT, "any"), ("/", P, "all"), ("/pages", P, "pages"), ("/pages", P, "twice"))
    assert _services(_asked(f"https://{HOST}/pages/1", "aws", ingress).answer) == ["pages"]


@pytest.mark.parametrize("host", [HOST, "other.example.org", "nobody.example.org"])
@pytest.mark.parametrize(("port", "told"), [("443", None), ("8443", 8443)])
def test_ssl_redirect_of_one_is_of_its_whole_group(host: str, port: str, told: int | None) -> None:
    ingresses = (
        _ingress("a", ("/", P, "all"), host="other.example.org", group_name="g", ssl_redirect=port),
        _ingress("b", ("/", P, "books"), group_name="g"),
    )
    (route,) = _asked(f"http://{host}/", "aws", *ingresses).answer
    assert (route.status, route.destinations) == (301, ())
    assert route.redirect == Redirect(301, scheme="https", port=told)
    (plain,) = _asked(f"https://{HOST}/", "aws", *ingresses).answer
    assert _services((plain,)) == ["books"]


def test_ssl_redirect_ends_at_the_group() -> None:
    ingresses = (
        _ingress("a", ("/", P, "all"), host="other.example.org", group_name="g", ssl_redirect="443"),
        _ingress("b", ("/", P, "books"), group_name="h"),
    )
    (route,) = _asked(f"http://{HOST}/", "aws", *ingresses).answer
    assert (route.redirect, _services((route,))) == (None, ["books"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"ssl_redirect": "443"}, {"ssl_redirect": "8443"}),
        ({"ssl_redirect": "yes"}, {}),
        ({"group_order": "1001"}, {}),
        ({"group_order": "last"}, {}),
    ],
)
def test_a_group_that_the_controller_gives_up_answers_nothing(first: dict[str, str], second: dict[str, str]) -> None:
    ingresses = (
        _ingress("a", ("/", P, "all"), group_name="g", **first),
        _ingress("b", ("/", P, "books"), group_name="g", **second),
    )
    (route,) = _asked(f"http://{HOST}/", "aws", *ingresses).answer
    assert (route.status, route.redirect, route.destinations) == (None, None, ())
    assert "not set up" in route.notes[0]


@pytest.mark.parametrize(
    ("controller", "groups"), [("aws", ("g", "h")), ("aws", ("", "h")), ("aws", ("", "")), ("gke", ("", ""))]
)
def test_balancers_that_may_take_the_host_answer_each(controller: str, groups: tuple[str, str]) -> None:
    ingresses = [
        _ingress(name, (path, P, service), **({"group_name": group} if group else {}))
        for name, path, service, group in (("a", "/", "all", groups[0]), ("b", "/pages", "pages", groups[1]))
    ]
    found = _asked(f"http://{HOST}/pages", controller, *ingresses)
    assert sorted(_services(found.answer)) == ["all", "pages"]
    assert len({route.entry for route in found.answer}) == 2
    assert any("which one DNS leads books.example.org to is not in the manifests" in a.text for a in found.assumptions)


@pytest.mark.parametrize("controller", ["aws", "gke"])
def test_a_balancer_that_alone_takes_the_host_answers_alone(controller: str) -> None:
    ingresses = (_ingress("a", ("/", P, "all")), _ingress("b", ("/", P, "b"), host="other.example.org"))
    found = _asked(f"http://{HOST}/", controller, *ingresses)
    assert _services(found.answer) == ["all"]
    assert not any("DNS" in a.text for a in found.assumptions)
    (nobody,) = _asked("http://nobody.example.org/", controller, *ingresses).answer
    assert (nobody.status, nobody.destinations, len(nobody.passed)) == (404, (), 2)


@pytest.mark.parametrize("controller", ["aws", "gke"])
def test_a_balancer_of_any_host_is_named_beside_one_of_the_host(controller: str) -> None:
    ingresses = (_ingress("a", ("/", P, "all")), _ingress("b", ("/pages", P, "any"), host=""))
    found = _asked(f"http://{HOST}/pages", controller, *ingresses)
    assert _services(found.answer) == ["all"]
    assert any(
        "Ingress library/b" in a.text and "taken to be one whose rules name" in a.text for a in found.assumptions
    )
    assert _services(_asked("http://nobody.example.org/pages", controller, *ingresses).answer) == ["any"]


def test_without_a_balancer_of_the_host_those_that_redirect_are_told_apart() -> None:
    ingresses = (
        _ingress("a", ("/", P, "a"), ssl_redirect="443"),
        _ingress("b", ("/", P, "b")),
        _ingress("c", ("/", P, "c")),
    )
    found = _asked("http://nobody.example.org/", "aws", *ingresses)
    assert [route.status for route in found.answer] == [301, 404]
    assert any("DNS" in a.text for a in found.assumptions)


def test_two_default_backends_of_a_group_are_refused() -> None:
    backend = {"defaultBackend": {"service": {"name": "rest", "port": {"number": 80}}}}

    def routes(*groups: str) -> tuple[Route, ...]:
        ingresses = [_ingress(f"i{n}", ("/x", P, "all"), group_name=group) for n, group in enumerate(groups)]
        for ingress in ingresses:
            ingress["spec"] |= backend
        return _asked(f"https://{HOST}/", "aws", *ingresses).answer

    (route,) = routes("g", "g")
    assert (route.status, route.destinations) == (None, ())
    assert "library/i0, library/i1 have: the group is not set up" in route.notes[0]
    assert [_services((r,)) for r in routes("g", "h")] == [["rest"], ["rest"]]
    assert _services(routes("g")) == ["rest"]


@pytest.mark.parametrize(
    ("controller", "path", "kind", "set_up"),
    [
        ("aws", "/x*", P, False),
        ("aws", "/x?", E, False),
        ("aws", "/x?", TEXT, True),
        ("gke", "/x/*", P, False),
        ("gke", "/x/*", E, False),
        ("gke", "/x/*", TEXT, True),
        ("gke", "/x?", P, True),
    ],
)
def test_patterns_in_paths_that_are_none_are_refused(controller: str, path: str, kind: str, set_up: bool) -> None:
    (route,) = _asked(f"https://{HOST}/", controller, _ingress("a", (path, kind, "x"), ("/", P, "all"))).answer
    assert _services((route,)) == (["all"] if set_up else [])
    assert any("not set up" in note for note in route.notes) is not set_up


@pytest.mark.parametrize(("asked", "end"), [("/im", 404), ("/im/", None), ("/im/a", None)])
def test_a_star_of_gke_stands_below_its_path(asked: str, end: int | None) -> None:
    found = _asked(f"https://{HOST}{asked}", "gke", _ingress("a", ("/im/*", TEXT, "im")))
    assert found.answer[0].status == end
    told = any("path /im/* does not take /im itself" in a.text for a in found.assumptions)
    assert told is (asked == "/im")


@pytest.mark.parametrize(
    ("redirect", "asked", "target"),
    [
        (Redirect(308, scheme="https", path=""), "http://a.example.org/", "https://a.example.org"),
        (Redirect(301, scheme="https"), "http://a.example.org:8080/x", "https://a.example.org/x"),
        (Redirect(301, scheme="https", port=8443), "http://a.example.org/x", "https://a.example.org:8443/x"),
        (Redirect(302, path="/app"), "http://a.example.org:8080/", "http://a.example.org:8080/app"),
        (Redirect(302, host="b.example.org"), "https://a.example.org/x", "https://b.example.org/x"),
        (Redirect(302, path="/app"), "/", "http://*/app"),
        (Redirect(302, url="https://c.example.org"), "/", "https://c.example.org"),
    ],
)
def test_where_a_redirect_leads(redirect: Redirect, asked: str, target: str) -> None:
    assert redirect.target(read_request(asked)) == target


@pytest.mark.parametrize(
    ("kind", "on_ingress", "on_service", "set_up", "assumed"),
    [
        ("ClusterIP", "", "", True, True),
        ("ClusterIP", "ip", "", True, False),
        ("ClusterIP", "", "ip", True, False),
        ("ClusterIP", "instance", "ip", True, False),
        ("ClusterIP", "instance", "", False, False),
        ("NodePort", "", "", True, False),
        ("NodePort", "instance", "", True, False),
    ],
)
def test_targets_that_are_instances_need_node_ports(
    kind: str, on_ingress: str, on_service: str, set_up: bool, assumed: bool
) -> None:
    service: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "all", "namespace": "library"},
        "spec": {"type": kind, "selector": {"app": "all"}, "ports": [{"port": 80}]},
    }
    if on_service:
        service["metadata"] |= {"annotations": {"alb.ingress.kubernetes.io/target-type": on_service}}
    ingress = _ingress("a", ("/", P, "all"), **({"target_type": on_ingress} if on_ingress else {}))
    found = Oracle(bundle_of([ingress, service]))(IngressRoutesOf(read_request(f"https://{HOST}/"), "aws"))
    assert _services(found.answer) == (["all"] if set_up else [])
    assert any("target-type is ip" in a.text for a in found.assumptions) is assumed
