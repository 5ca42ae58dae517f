"""HTTPRoutes: precedence as ``HTTPRouteRule.matches`` documents it, attachment, grants, weights, filters."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.network.destination import Route
from kubelens.predict.network.gateway import GatewayRoutesOf
from kubelens.predict.network.request import read_request
from tests.agreement.ingress import bundle_of

GROUP = "gateway.networking.k8s.io"
SPEC = {"selector": {"app": "x"}, "ports": [{"port": 80}]}


def gateway(**listener: Any) -> dict[str, Any]:
    listeners = [{"name": "web", "port": 80, "protocol": "HTTP", **listener}]
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "Gateway",
        "metadata": {"name": "edge", "namespace": "infra"},
        "spec": {"gatewayClassName": "any", "listeners": listeners},
    }


def route(
    name: str, rules: list[dict[str, Any]], namespace: str = "infra", created: str = "", **spec: Any
) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, **({"creationTimestamp": created} if created else {})}
    parents = [{"name": "edge", "namespace": "infra"}]
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "HTTPRoute",
        "metadata": metadata,
        "spec": {"parentRefs": parents, "rules": rules, **spec},
    }


def rule(service: str, *matches: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"matches": list(matches), "backendRefs": [{"name": service, "port": 80}], **more}


def path(value: str, kind: str = "PathPrefix", **more: Any) -> dict[str, Any]:
    return {"path": {"type": kind, "value": value}, **more}


def service(name: str, namespace: str = "infra") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": SPEC}


SERVICES = [service("one"), service("two")]


def ask(objects: list[dict[str, Any]], url: str, method: str = "GET", headers: dict[str, str] | None = None) -> Route:
    (answer,) = Oracle(bundle_of([*objects, *SERVICES]))(GatewayRoutesOf(read_request(url, method, headers))).answer
    return answer


def winner(answer: Route) -> str | None:
    return answer.destinations[0].service if answer.destinations else None


HEADER = [{"name": "v", "value": "1"}]
PRECEDENCE = [
    # (the match that goes before, the other): each step of the documented order, with everything after it against it
    (path("/a", "Exact"), path("/a/", method="GET", headers=HEADER)),
    (path("/a/b"), path("/a", method="GET", headers=HEADER)),
    (path("/a", method="GET"), path("/a", headers=HEADER)),
    (
        path("/a", headers=[*HEADER, {"name": "w", "value": "1"}]),
        path("/a", headers=HEADER, queryParams=[{"name": "q", "value": "1"}]),
    ),
    (path("/a", queryParams=[{"name": "q", "value": "1"}]), path("/a")),
]


@pytest.mark.parametrize(("first", "second"), PRECEDENCE)
@pytest.mark.parametrize("turned", [False, True])
def test_precedence(first: dict[str, Any], second: dict[str, Any], turned: bool) -> None:
    rules = [rule("one", first), rule("two", second)]
    url = "any.example" + ("/a/b" if first["path"]["value"] == "/a/b" else "/a") + "?q=1"
    for same_route in (True, False):
        ordered = rules[::-1] if turned else rules
        routes = [route("r", ordered)] if same_route else [route(f"r{i}", [r]) for i, r in enumerate(ordered)]
        assert winner(ask([gateway(), *routes], url, headers={"v": "1", "w": "1"})) == "one"


def test_ties_go_to_the_oldest_then_to_the_first_name_then_to_the_first_rule() -> None:
    old, new = (
        route("b", [rule("one")], created="2024-01-01T00:00:00Z"),
        route("a", [rule("two")], created="2025-01-01T00:00:00Z"),
    )
    assert winner(ask([gateway(), new, old], "any.example/")) == "one"
    assert winner(ask([gateway(), route("b", [rule("two")]), route("a", [rule("one")])], "any.example/")) == "one"
    assert winner(ask([gateway(), route("a", [rule("one"), rule("two")])], "any.example/")) == "one"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_closest_hostname_goes_before(order: tuple[int, ...]) -> None:
    routes = [
        route("exact", [rule("one")], hostnames=["shop.example.com"]),
        route("wildcard", [rule("two", path("/cart"))], hostnames=["*.example.com"]),
        route("all", [rule("two", path("/cart", "Exact"))]),
    ]
    assert winner(ask([gateway(), *(routes[i] for i in order)], "shop.example.com/cart")) == "one"


@pytest.mark.parametrize(
    ("namespaces", "expected"),
    [
        ({"from": "Same"}, None),
        ({"from": "All"}, "one"),
        ({"from": "Selector", "selector": {"matchLabels": {"edge": "yes"}}}, "one"),
        ({"from": "Selector", "selector": {"matchLabels": {"edge": "no"}}}, None),
        ({"from": "None"}, None),
    ],
)
def test_listeners_choose_the_namespaces_they_serve(namespaces: dict[str, Any], expected: str | None) -> None:
    shop = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"edge": "yes"}}}
    objects = [
        gateway(allowedRoutes={"namespaces": namespaces}),
        shop,
        route("web", [rule("one")], "shop"),
        service("one", "shop"),
    ]
    assert winner(ask(objects, "any.example/")) == expected


def test_another_namespace_needs_a_grant() -> None:
    refs = [{"name": "pay", "namespace": "pay", "port": 80}]
    objects = [gateway(), route("web", [{"backendRefs": refs}]), service("pay", "pay")]
    refused = ask(objects, "any.example/")
    assert refused.status == 500
    assert any("ReferenceGrant" in note for note in refused.notes)
    grant = {
        "apiVersion": f"{GROUP}/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "web", "namespace": "pay"},
        "spec": {
            "from": [{"group": GROUP, "kind": "HTTPRoute", "namespace": "infra"}],
            "to": [{"group": "", "kind": "Service"}],
        },
    }
    assert winner(ask([*objects, grant], "any.example/")) == "pay"


def test_weights_are_odds_and_zero_never_answers() -> None:
    refs = [
        {"name": "one", "port": 80, "weight": 3},
        {"name": "two", "port": 80, "weight": 1},
        {"name": "gone", "port": 80, "weight": 0},
    ]
    answer = ask([gateway(), route("web", [{"backendRefs": refs}])], "any.example/")
    assert {d.service: d.odds for d in answer.destinations} == {"one": 0.75, "two": 0.25}


def test_the_share_of_a_backend_that_is_nowhere_is_an_end_with_a_status() -> None:
    refs = [{"name": name, "port": 80} for name in ("gone", "one", "gone", "one")]
    answer = ask([gateway(), service("one"), route("web", [{"backendRefs": refs}])], "any.example/")
    assert [(d.service, d.odds, d.status) for d in answer.destinations] == [("gone", 0.5, 500), ("one", 0.5, None)]
    assert len(answer.notes) == len(set(answer.notes))


def test_a_redirect_answers_itself() -> None:
    filters = [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}]
    answer = ask([gateway(), route("web", [{"filters": filters}])], "any.example/")
    assert answer.redirect is not None
    assert (answer.redirect.status, answer.redirect.scheme, answer.destinations) == (301, "https", ())


def test_what_is_passed_over_says_why() -> None:
    rules = [rule("one", path("/a")), rule("two", path("/", method="POST")), rule("two", path("/", headers=HEADER))]
    answer = ask([gateway(), route("web", rules)], "any.example/a")
    reasons = " ".join(p.text for p in answer.passed)
    assert "method GET is not POST" in reasons
    assert "header v is not '1'" in reasons


def test_routes_that_are_not_modelled_are_said() -> None:
    other = {**route("more", []), "kind": "ListenerSet"}
    bundle = bundle_of([gateway(), service("a"), route("a", [rule("a", path("/"))]), other])
    prediction = Oracle(bundle)(GatewayRoutesOf(read_request("http://shop.example.com/")))
    assert [a.text for a in prediction.assumptions if "ListenerSet infra/more" in a.text]


def calls(name: str, rules: list[dict[str, Any]], created: str = "", **spec: Any) -> dict[str, Any]:
    return {**route(name, rules, created=created, **spec), "kind": "GRPCRoute"}


def call(service: str = "", method: str = "", **more: Any) -> dict[str, Any]:
    return {"method": {"service": service, "method": method}, **more}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("any.example/pay.Bank/Draw", "one"),
        ("any.example/pay.Bank/Save", "two"),
        ("any.example/other.Bank/Ping", "one"),
        ("any.example/other.Bank/Other", None),
        ("any.example/pay.Bank/Draw/more", None),
    ],
)
def test_grpc_calls_go_by_service_and_method(url: str, expected: str | None) -> None:
    rules = [rule("two", call("pay.Bank")), rule("one", call("pay.Bank", "Draw")), rule("one", call("", "Ping"))]
    answer = ask([gateway(), calls("bank", rules)], url)
    assert winner(answer) == expected


def test_more_headers_of_a_grpc_match_go_before() -> None:
    rules = [rule("two", call("a.B")), rule("one", call("a.B", headers=HEADER))]
    assert winner(ask([gateway(), calls("c", rules)], "any.example/a.B/C", headers={"v": "1"})) == "one"
    assert winner(ask([gateway(), calls("c", rules)], "any.example/a.B/C")) == "two"


@pytest.mark.parametrize(("older", "expected"), [("HTTPRoute", "one"), ("GRPCRoute", "two")])
def test_a_hostname_belongs_to_one_kind_of_route(older: str, expected: str) -> None:
    first, second = "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"
    web = route("web", [rule("one")], created=first if older == "HTTPRoute" else second)
    rpc = calls("rpc", [rule("two")], created=first if older == "GRPCRoute" else second)
    answer = ask([gateway(), web, rpc], "any.example/a.B/C")
    assert winner(answer) == expected
    assert any("not accepted" in p.text for p in answer.passed)


def test_tls_routes_go_by_the_name_the_client_asks_for() -> None:
    edge = gateway(protocol="TLS", port=443, tls={"mode": "Passthrough"})
    pass_on = {
        **route("pass", [{"backendRefs": [{"name": "one", "port": 80}]}], hostnames=["a.example.com"]),
        "kind": "TLSRoute",
    }
    web = route("web", [rule("two")])
    assert winner(ask([edge, pass_on, web], "https://a.example.com/x")) == "one"
    closed = ask([edge, pass_on, web], "https://b.example.com/")
    assert (closed.destinations, closed.status) == ((), None)
    assert "closed" in closed.notes[0]


@pytest.mark.parametrize("wrong", [{"group": "other"}, {"kind": "Gateway"}, {"namespace": "else"}])
def test_a_grant_names_group_kind_and_namespace(wrong: dict[str, str]) -> None:
    refs = [{"name": "pay", "namespace": "pay", "port": 80}]
    grant = {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "web", "namespace": "pay"},
        "spec": {
            "from": [{"group": GROUP, "kind": "HTTPRoute", "namespace": "infra", **wrong}],
            "to": [{"group": "", "kind": "Service"}],
        },
    }
    objects = [gateway(), route("web", [{"backendRefs": refs}]), service("pay", "pay"), grant]
    assert ask(objects, "any.example/").status == 500


def test_filters_of_a_backend_count() -> None:
    rewrite = {"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/x"}}}
    refs = [{"name": "one", "port": 80, "filters": [rewrite]}]
    assert ask([gateway(), route("web", [{"backendRefs": refs}])], "any.example/a").destinations[0].path == "/x"


def test_an_expression_that_cannot_be_read_is_said() -> None:
    answer = ask([gateway(), route("web", [rule("one", path("/(", "RegularExpression"))])], "any.example/(")
    assert answer.destinations == ()
    assert "not known" in answer.passed[0].text


def test_a_route_without_rules_takes_every_path_and_has_no_backend() -> None:
    bare = route("bare", [])
    del bare["spec"]["rules"]
    assert ask([gateway(), bare], "any.example/x").status == 500


def test_of_two_entries_for_one_header_the_first_counts() -> None:
    twice = [{"name": "v", "value": "1"}, {"name": "V", "value": "2"}]
    assert (
        winner(
            ask([gateway(), route("web", [rule("one", path("/", headers=twice))])], "any.example/", headers={"v": "1"})
        )
        == "one"
    )


def _assumed(objects: list[dict[str, Any]], url: str = "http://a.example/") -> str:
    return " ".join(a.text for a in Oracle(bundle_of(objects))(GatewayRoutesOf(read_request(url))).assumptions)


@pytest.mark.parametrize("hosts", [[], ["a.example"], ["*.example"], ["b.example"]])
@pytest.mark.parametrize("there", [True, False])
def test_routes_of_a_gateway_that_is_not_among_the_files_are_told(hosts: list[str], there: bool) -> None:
    objects = [route("r", [rule("one")], hostnames=hosts), *([gateway()] if there else [])]
    told = "HTTPRoute infra/r takes no part: Gateway infra/edge is not among the files" in _assumed(objects)
    assert told is (not there and hosts != ["b.example"])


def test_a_service_without_pods_is_told() -> None:
    answer = ask([gateway(), route("r", [rule("one")])], "http://a.example/")
    assert answer.notes == ("no workload among the files stands behind Service one: 503 unless the cluster has one",)


def taken(objects: list[dict[str, Any]], url: str) -> str:
    asked = Oracle(bundle_of(objects))(GatewayRoutesOf(read_request(f"http://{url}")))
    return "; ".join(one.text for one in asked.assumptions)


@pytest.mark.parametrize(
    ("pattern", "asked", "end", "doubt"),
    [
        ("/a.*", "/ab", "one", ""),
        ("/a", "/b", None, ""),
        ("/a", "/a/b", None, "look for it anywhere"),
        ("a", "/cat", None, "look for it anywhere"),
        ("/a(?=b)", "/ab", None, "cannot be read here"),
    ],
)
def test_expressions_match_whole_paths_and_others_are_told(
    pattern: str, asked: str, end: str | None, doubt: str
) -> None:
    objects = [gateway(), route("web", [rule("one", path(pattern, "RegularExpression"))]), service("one")]
    assert winner(ask(objects, f"any.example{asked}")) == end
    said = taken(objects, f"any.example{asked}")
    assert (doubt in said) if doubt else not said


def test_what_comes_first_is_told_where_an_expression_and_another_path_fit() -> None:
    prefix, exact = rule("one", path("/a")), rule("one", path("/a/b", "Exact"))
    for other, told in ((prefix, True), (exact, True), (rule("one", path("/c")), False)):
        objects = [gateway(), route("web", [other, rule("two", path("/a.*", "RegularExpression"))]), service("one")]
        assert ("leaves open where expressions stand" in taken(objects, "any.example/a/b")) is told


def test_a_listener_further_off_is_told_where_the_closest_has_no_rule() -> None:
    wide = {"name": "wide", "port": 80, "protocol": "HTTP", "hostname": "*.test"}
    both = gateway(hostname="a.test")
    both["spec"]["listeners"].append(wide)
    parents = [{"name": "edge", "namespace": "infra", "sectionName": "wide"}]
    web = {**route("web", [rule("one")]), "spec": {"parentRefs": parents, "rules": [rule("one")]}}
    assert ask([both, web, service("one")], "a.test/").status == 404
    assert "asks wide next" in taken([both, web, service("one")], "a.test/")
    assert winner(ask([both, web, service("one")], "b.test/")) == "one"
    assert "next" not in taken([both, web, service("one")], "b.test/")


def test_an_external_name_behind_a_route_is_told() -> None:
    name = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "one", "namespace": "infra"}}
    outside = {**name, "spec": {"type": "ExternalName", "externalName": "far.test", "ports": [{"port": 80}]}}
    answer = ask([gateway(), route("web", [rule("one")]), outside], "any.example/")
    assert any("far.test is its own matter" in note for note in answer.notes)
