"""ingress-nginx: regular expressions over a whole host, rewrites, default backends, redirects, canaries, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.network.destination import Route
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.ingress_controllers.nginx.annotations import influences
from kubelens.predict.network.ingress_controllers.nginx.uri import escaped, normalized
from kubelens.predict.network.request import read_request
from tests.agreement.ingress import bundle_of

OWN = "nginx.ingress.kubernetes.io/"
HOST = "shop.example.org"


def _ingress(
    *paths: tuple[str, str, str],
    host: str = HOST,
    name: str = "main",
    tls: bool = False,
    default: str = "",
    **annotations: str,
) -> dict[str, Any]:
    def backend(service: str) -> dict[str, Any]:
        return {"service": {"name": service, "port": {"number": 80}}}

    listed = [{"path": path, "pathType": kind, "backend": backend(service)} for path, kind, service in paths]
    spec: dict[str, Any] = {"ingressClassName": "nginx"}
    if listed:
        spec["rules"] = [{"host": host, "http": {"paths": listed}} if host else {"http": {"paths": listed}}]
    if tls:
        spec["tls"] = [{"hosts": [host], "secretName": "t"}]
    if default:
        spec["defaultBackend"] = backend(default)
    names = {OWN + key.replace("_", "-"): value for key, value in annotations.items()}
    metadata = {"name": name, "annotations": names}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def _ask(ingresses: list[dict[str, Any]], url: str, **headers: str) -> Prediction[tuple[Route, ...]]:
    return Oracle(bundle_of(ingresses))(IngressRoutesOf(read_request(url, headers=headers), "nginx"))


def _end(ingresses: list[dict[str, Any]], url: str, **headers: str) -> object:
    (route,) = _ask(ingresses, url, **headers).answer
    if route.redirect is not None:
        return route.redirect.status
    if not route.destinations:
        return route.status
    end = max(route.destinations, key=lambda d: d.odds)
    return (end.service, end.path) if end.path is not None else end.service


P, E, TEXT = "Prefix", "Exact", "ImplementationSpecific"


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/cart", "a"),
        ("/cart/x", "a"),
        ("/cartoon", 404),
        ("/Cart", 404),
        ("/exact", "b"),
        ("/exact/", 404),
        ("/list", "c"),
    ],
)
def test_without_regular_expressions(path: str, end: object) -> None:
    ingress = _ingress(("/cart", P, "a"), ("/exact", E, "b"), ("/li", TEXT, "c"))
    assert _end([ingress], f"http://{HOST}{path}") == end


@pytest.mark.parametrize(
    ("path", "end"),
    [("/cartoon", "a"), ("/CART", "a"), ("/v1/42", "b"), ("/v1/x", 404), ("/exact/more", "c")],
)
def test_one_regular_expression_makes_all_of_the_host_one(path: str, end: object) -> None:
    plain = _ingress(("/cart", P, "a"), ("/exact", E, "c"))
    regex = _ingress(("/v1/[0-9]+", TEXT, "b"), name="other", use_regex="true")
    assert _end([plain, regex], f"http://{HOST}{path}") == end
    assert (
        _end(
            [plain, _ingress(("/v1/[0-9]+", TEXT, "b"), name="other", host="x.org", use_regex="true")],
            f"http://{HOST}/CART",
        )
        == 404
    )


def test_the_longest_path_text_comes_first() -> None:
    ingress = _ingress(("/[a-z]+", TEXT, "a"), ("/api", TEXT, "b"), ("/api/[0-9]{2}", TEXT, "c"), use_regex="true")
    assert _end([ingress], f"http://{HOST}/api/12") == "c"
    assert _end([ingress], f"http://{HOST}/api/x") == "a"


@pytest.mark.parametrize(
    ("path", "target", "asked", "end"),
    [
        ("/app(/|$)(.*)", "/$2", "/app/x/y", ("a", "/x/y")),
        ("/app(/|$)(.*)", "/$2", "/app", ("a", "/")),
        ("/app", "/", "/app/x", ("a", "/")),
        ("/a/(.*)", "$1", "/a/", 500),
    ],
)
def test_rewrites(path: str, target: str, asked: str, end: object) -> None:
    assert _end([_ingress((path, P, "a"), rewrite_target=target)], f"http://{HOST}{asked}") == end


def test_a_target_that_is_the_path_is_no_rewrite() -> None:
    assert _end([_ingress(("/app", TEXT, "a"), rewrite_target="/app")], f"http://{HOST}/app/x") == "a"


def test_default_backends_answer_for_their_own_hosts_and_the_catch_all() -> None:
    rules = _ingress(("/cart", P, "a"), default="own")
    assert _end([rules], f"http://{HOST}/other") == "own"
    everywhere = _ingress(name="all", default="rest")
    assert _end([_ingress(("/cart", P, "a")), everywhere], f"http://{HOST}/other") == 404
    assert _end([_ingress(("/cart", P, "a")), everywhere], "http://x.org/other") == "rest"


@pytest.mark.parametrize(
    ("annotations", "tls", "url", "end"),
    [
        ({}, True, f"http://{HOST}/a", 308),
        ({}, True, f"https://{HOST}/a", "a"),
        ({"ssl_redirect": "false"}, True, f"http://{HOST}/a", "a"),
        ({"force_ssl_redirect": "true"}, False, f"http://{HOST}/a", 308),
        ({"app_root": "/home"}, True, f"http://{HOST}/", 302),
        ({"app_root": "home"}, False, f"http://{HOST}/", 404),
        ({"permanent_redirect": "https://x.org"}, True, f"http://{HOST}/a", 301),
        ({"permanent_redirect": "https://x.org", "temporal_redirect": "https://y.org"}, False, f"http://{HOST}/a", 302),
        ({"from_to_www_redirect": "true"}, False, f"http://www.{HOST}/a", 308),
        ({"server_alias": "alias.org, ~^n[0-9]+\\.org$"}, False, "http://n7.org/a", "a"),
        ({"server_alias": "alias.org"}, False, "http://alias.org/a", "a"),
    ],
)
def test_redirects_and_names(annotations: dict[str, str], tls: bool, url: str, end: object) -> None:
    assert _end([_ingress(("/a", P, "a"), tls=tls, **annotations)], url) == end


def test_a_path_that_ends_in_a_slash_redirects_the_one_without() -> None:
    assert _end([_ingress(("/a/", P, "a"), ("/", P, "b"))], f"http://{HOST}/a") == 301
    assert _end([_ingress(("/a", P, "a"), ("/", P, "b"))], f"http://{HOST}/a") == "a"
    assert _end([_ingress(("/a/", E, "a"), ("/", P, "b"))], f"http://{HOST}/a") == 301


def test_wildcards_take_one_label() -> None:
    ingress = _ingress(("/", P, "a"), host="*.example.org")
    assert _end([ingress], "http://x.example.org/") == "a"
    assert _end([ingress], "http://y.x.example.org/") == 404


@pytest.mark.parametrize(
    ("headers", "odds"),
    [
        ({}, 0.2),
        ({"X-New": "always"}, 1.0),
        ({"X-New": "never"}, 0.0),
        ({"X-New": "?"}, 0.2),
        ({"Cookie": "new=always"}, 1.0),
    ],
)
def test_canaries(headers: dict[str, str], odds: float) -> None:
    main = _ingress(("/a", P, "a"))
    rules = {"canary_weight": "20", "canary_by_header": "X-New", "canary_by_cookie": "new"}
    canary = _ingress(("/a", P, "b"), name="next", canary="true", **rules)
    (route,) = _ask([main, canary], f"http://{HOST}/a", **headers).answer
    assert {d.service: d.odds for d in route.destinations}.get("b", 0.0) == odds
    assert _end([canary], f"http://{HOST}/a") == 404


def test_what_is_refused_is_said() -> None:
    snippet = _ingress(("/a", P, "a"), configuration_snippet="return 200;")
    told = _ask([snippet], f"http://{HOST}/a")
    assert told.answer[0].status == 404
    assert any("is not loaded" in a.text for a in told.assumptions)
    (route,) = _ask([_ingress(("/a(.*)", P, "a"), use_regex="true")], f"http://{HOST}/ab").answer
    assert any("strict-validate-path-type" in note for note in route.notes)


def test_of_two_that_claim_a_path_the_older_wins() -> None:
    pair = [_ingress(("/a", P, "a")), _ingress(("/a", P, "b"), name="other")]
    told = _ask(pair, f"http://{HOST}/a")
    assert told.answer[0].destinations[0].service == "a"
    assert any("the other way round: Service b" in a.text for a in told.assumptions)
    pair[0]["metadata"]["creationTimestamp"] = "2026-02-02T00:00:00Z"
    pair[1]["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    told = _ask(pair, f"http://{HOST}/a")
    assert told.answer[0].destinations[0].service == "b"
    assert not any("other way round" in a.text for a in told.assumptions)


def test_every_annotation_has_one_influence() -> None:
    known = influences()
    groups = (known.modelled, known.assumed, known.none, known.refused)
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
    assert known.strict <= known.modelled
    assert set(known.check) <= known.modelled


def test_an_annotation_that_may_refuse_is_an_assumption() -> None:
    told = _ask(
        [_ingress(("/a", P, "a"), auth_url="https://x.org", proxy_body_size="8m", no_such="1")], f"http://{HOST}/a"
    )
    text = " ".join(a.text for a in told.assumptions)
    assert "auth-url" in text
    assert "proxy-body-size" not in text
    assert "no-such is none of ingress-nginx" in text


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("//a", "/a"), ("/a//b", "/a/b"), ("/%61", "/a"), ("/x/../a", "/a"), ("/a/.", "/a/"), ("/a%2Fb", "/a/b"),
        ("/..", None), ("/%", None), ("/%zz", None), ("/a/", "/a/"), ("/", "/"),
    ],
)  # fmt: skip
def test_paths_as_nginx_reads_them(path: str, uri: str | None) -> None:
    assert normalized(path) == uri


def test_rewritten_paths_are_escaped() -> None:
    assert escaped("/a b#?ü") == "/a%20b%23%3F%C3%BC"


@pytest.mark.parametrize("kind", [P, TEXT])
@pytest.mark.parametrize("written", ["/", ""])
def test_the_root_takes_the_place_of_the_controllers_default(kind: str, written: str) -> None:
    assert _end([_ingress((written, kind, "a"))], f"http://{HOST}/") == "a"
    assert _end([_ingress((written, kind, "a"))], f"http://{HOST}/any/page") == "a"


def _service(*ports: dict[str, Any], **spec: Any) -> dict[str, Any]:
    whole = {"selector": {"app": "cart"}, "ports": list(ports), **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "cart"}, "spec": whole}


def _external(name: str, *ports: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = {"type": "ExternalName", "externalName": name, "ports": list(ports)}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "cart"}, "spec": spec}


def _behind(service: dict[str, Any], port: int | str, controller: str = "nginx", **annotations: str) -> Route:
    """Where /cart ends, whose backend is that port of Service cart; its Pods declare 3000 as web."""
    ports = [{"name": "web", "containerPort": 3000}]
    pod = {
        "metadata": {"labels": {"app": "cart"}},
        "spec": {"containers": [{"name": "c", "image": "c:1", "ports": ports}]},
    }
    spec = {"selector": {"matchLabels": {"app": "cart"}}, "template": pod}
    workload = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cart"}, "spec": spec}
    ingress = _ingress(("/cart", P, "cart"), **annotations)
    named = {"number": port} if isinstance(port, int) else {"name": port}
    ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"] = named
    request = read_request(f"http://{HOST}/cart", headers={})
    (route,) = Oracle(bundle_of([service, workload, ingress]))(IngressRoutesOf(request, controller)).answer
    return route


PUBLIC = {"name": "public", "port": 80, "targetPort": 3000}
BY_NAME = {"name": "public", "port": 80, "targetPort": "web"}
LATER = {"name": "later", "port": 3000, "targetPort": 9000}


@pytest.mark.parametrize(
    ("ports", "asked", "said"),
    [
        ([PUBLIC], 80, ""),
        ([PUBLIC], "public", ""),
        ([PUBLIC], 3000, "has no port 3000: ingress-nginx takes port 80 (public)"),
        ([BY_NAME], "web", "has no port web: ingress-nginx takes port 80 (public)"),
        ([PUBLIC, LATER], 3000, "has port 3000 further down: ingress-nginx takes port 80 (public)"),
    ],
)
def test_a_port_is_found_by_its_number_its_name_or_its_target_port(
    ports: list[dict[str, Any]], asked: int | str, said: str
) -> None:
    route = _behind(_service(*ports), asked)
    assert route.status is None
    assert [(d.port, d.pods) for d in route.destinations] == [("80", ("Deployment default/cart:3000",))]
    assert said in " ".join(route.notes)
    assert bool(route.notes) == bool(said)


def test_a_port_that_comes_first_is_taken_by_its_number() -> None:
    assert _behind(_service(LATER, PUBLIC), 3000).destinations[0].port == "3000"


@pytest.mark.parametrize("asked", [3001, "web"])
def test_a_port_that_nothing_bears_is_503(asked: int | str) -> None:
    assert _behind(_service(PUBLIC), asked).status == 503


@pytest.mark.parametrize("controller", ["traefik", "haproxy", "specification"])
def test_only_ingress_nginx_finds_ports_by_their_target(controller: str) -> None:
    assert _behind(_service(PUBLIC), 3000, controller).status == 503


def test_with_service_upstream_a_number_is_a_port_of_the_cluster_ip() -> None:
    lost = _behind(_service(PUBLIC), 3000, service_upstream="true")
    assert (lost.destinations, lost.status) == ((), None)
    assert "port 3000 of the cluster IP of Service default/cart" in " ".join(lost.notes)
    assert _behind(_service(PUBLIC, LATER), 3000, service_upstream="true").destinations[0].port == "3000"
    assert _behind(_service(BY_NAME), "web", service_upstream="true").destinations[0].port == "80"
    assert _behind(_service(PUBLIC, clusterIP="None"), 3000, service_upstream="true").destinations[0].port == "80"


@pytest.mark.parametrize(
    ("ports", "asked", "port", "there"),
    [
        ([], 8443, "8443", "ExternalName pay.example.org:8443"),
        ([{"port": 80}], 8443, "8443", "ExternalName pay.example.org:8443"),
        ([{"port": 80}], 80, "80", "ExternalName pay.example.org:80"),
        ([{"port": 80, "targetPort": 8443}], 80, "80", "ExternalName pay.example.org:8443"),
        ([PUBLIC], "public", "80", "ExternalName pay.example.org:3000"),
        ([BY_NAME], "public", "80", "ExternalName pay.example.org:80"),
    ],
)
def test_an_external_name_is_proxied_to_whatever_its_ports(
    ports: list[dict[str, Any]], asked: int | str, port: str, there: str
) -> None:
    route = _behind(_external("pay.example.org", *ports), asked)
    assert route.status is None
    assert [(d.port, d.pods) for d in route.destinations] == [(port, (there,))]
    assert not route.notes


@pytest.mark.parametrize(("ports", "asked"), [([], "web"), ([BY_NAME], 80)])
def test_an_external_name_without_a_number_for_the_port_leads_nowhere(
    ports: list[dict[str, Any]], asked: int | str
) -> None:
    route = _behind(_external("pay.example.org", *ports), asked)
    assert not route.destinations
    assert "port 0 of pay.example.org" in " ".join(route.notes)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.9"])
def test_the_controller_itself_is_no_external_name(name: str) -> None:
    assert _behind(_external(name), 80).status == 503


@pytest.mark.parametrize(
    ("own", "wildcard", "blamed"),
    [
        (True, False, HOST),
        (False, True, "*.example.org"),
        (True, True, HOST),
        (False, False, ""),
    ],
)
def test_the_tls_sections_that_do_not_name_a_host_are_of_the_ingress_told(
    own: bool, wildcard: bool, blamed: str
) -> None:
    first = _ingress(("/a", P, "a"))
    above = _ingress(("/a", P, "b"), host="*.example.org", name="above")
    for ingress, listed in ((first, own), (above, wildcard)):
        if listed:
            ingress["spec"]["tls"] = [{"hosts": ["other.example.net"], "secretName": "t"}]
    told = [a.text for a in _ask([first, above], f"http://{HOST}/a").assumptions if "has no certificate" in a.text]
    expected = f"{HOST} has no certificate: the TLS sections of the Ingresses of {blamed} do not name {blamed};"
    assert [text.startswith(expected) for text in told] == ([True] if blamed else [])
    assert _end([first, above], f"http://{HOST}/a") == "a"
