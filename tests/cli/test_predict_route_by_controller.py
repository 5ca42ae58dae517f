"""``predict route``: what is not modelled of a controller is said in text and JSON, and what the exit code means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: dock, namespace: port, annotations: ANNOTATIONS}
spec:
  ingressClassName: CLASS
  rules: [{host: dock.test, http: {paths: [{path: /, pathType: Prefix, backend: BACKEND}]}}]
"""
SERVICE = "{service: {name: crane, port: {number: 80}}}"
CRANE = """
---
apiVersion: v1
kind: Service
metadata: {name: crane, namespace: port}
spec: {type: NodePort, selector: {app: crane}, ports: [{port: 80}]}
"""
GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gate, namespace: port}
spec: {gatewayClassName: some, listeners: [{name: web, protocol: HTTP, port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: gate, namespace: port}
spec: {parentRefs: [{name: gate}], hostnames: [dock.test], rules: [{backendRefs: [{name: crane, port: PORT}]}]}
"""
HAPROXY, ALB = "haproxy.org/", "alb.ingress.kubernetes.io/"
TRAEFIK = "traefik.ingress.kubernetes.io/router."


def ingress(kind: str, backend: str = SERVICE, **annotations: str) -> str:
    text = INGRESS.replace("CLASS", kind).replace("BACKEND", backend)
    return text.replace("ANNOTATIONS", json.dumps(annotations))


def asked(folder: Path, text: str, path: str = "/x", form: str = "text") -> tuple[int, str]:
    (folder / "all.yaml").write_text(text)
    done = CliRunner().invoke(cli, ["predict", "route", f"dock.test{path}", str(folder / "all.yaml"), "-o", form])
    return done.exit_code, done.stdout


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("haproxy", f"{HAPROXY}{name}") for name in ("deny-list", "set-host", "ssl-passthrough", "auth-type")),
        *(("alb", f"{ALB}{name}") for name in ("actions.crane", "conditions.crane", "auth-type", "listen-ports")),
        *(("traefik", f"{TRAEFIK}{n}") for n in ("middlewares", "entrypoints", "priority", "pathmatcher", "tls")),
        ("gce", "networking.gke.io/v1beta1.FrontendConfig"),
        ("gce", "kubernetes.io/ingress.allow-http"),
    ],
)
def test_annotations_that_are_not_modelled_are_said(tmp_path: Path, kind: str, name: str, form: str) -> None:
    _, said = asked(tmp_path, ingress(kind, **{name: "any"}), form=form)
    assumed = json.loads(said)["assumptions"] if form == "json" else said.splitlines()
    assert any("annotations not modelled" in line and name in line for line in assumed), said


@pytest.mark.parametrize(
    ("written", "path", "seen"),
    [
        ("/", "/a/b", "/"),
        ("/quay", "/a/b", "/quay"),
        (r"(.*) /pier\1", "/a", "/pier/a"),
        (r"([^?]*)(\?(.*))? \1/end", "/a", "/a/end"),
        (r"/a/(.*) /\1", "/a/b/c", "/b/c"),
        (r"/a/(.*) /\1", "/b/a", None),
        (r"/a/(.*) /\1", "/x/a/y", "/y"),
        (r"/(\w+)/(\w+) /\2/\1/\0", "/a/b", "/b/a//a/b"),
        (r"/a /\7/b", "/a", "//b"),
        ("(.*) /a", "/a", None),
    ],
)
def test_haproxy_rewrites_what_a_backend_sees(tmp_path: Path, written: str, path: str, seen: str | None) -> None:
    text = ingress("haproxy", **{f"{HAPROXY}path-rewrite": written}) + CRANE
    found = json.loads(asked(tmp_path, text, path, "json")[1])
    assert [end["path"] for route in found["routes"] for end in route["destinations"]] == [seen]
    assert "path-rewrite" not in str(found["assumptions"])


@pytest.mark.parametrize("written", ["/a(?=b) /c", "/a /%[src]", "/a /x\n/b /y", r"/a \\d"])
def test_rewrites_of_haproxy_that_are_not_followed_are_said(tmp_path: Path, written: str) -> None:
    found = json.loads(asked(tmp_path, ingress("haproxy", **{f"{HAPROXY}path-rewrite": written}), "/ab", "json")[1])
    assert [end["path"] for route in found["routes"] for end in route["destinations"]] == [None]
    assert "path-rewrite" in str(found["assumptions"])


def test_a_rewrite_of_too_many_words_has_no_effect(tmp_path: Path) -> None:
    said = asked(tmp_path, ingress("haproxy", **{f"{HAPROXY}path-rewrite": "/a /b /c"}))[1]
    assert "takes 1 or 2 words and has 3" in said


@pytest.mark.parametrize(
    "path", ["/a//b", "/a/./b", "/a/../b", "/a/..", "/a%2fb", "/a%5Cb", "/%61", "/%2e%2E/a", "/a\\b"]
)
@pytest.mark.parametrize("kind", ["istio", "traefik", "haproxy", "gateway"])
def test_paths_that_proxies_may_change_are_said(tmp_path: Path, kind: str, path: str) -> None:
    text = GATEWAY.replace("PORT", "80") if kind == "gateway" else ingress(kind)
    _, said = asked(tmp_path, text, path)
    assert said.count("is matched as it is written") == 1, said
    assert "normalize_path" in said


@pytest.mark.parametrize("path", ["/", "/a/b/", "/a.b/..c", "/a%20b", "/...", "/a%3Fb"])
def test_paths_that_no_proxy_changes_are_not(tmp_path: Path, path: str) -> None:
    assert "as it is written" not in asked(tmp_path, ingress("istio"), path)[1]


def test_what_nginx_makes_of_a_path_is_followed(tmp_path: Path) -> None:
    assert "as it is written" not in asked(tmp_path, ingress("nginx"), "/a//b")[1]


def test_virtual_services_take_paths_too(tmp_path: Path) -> None:
    text = "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: v, namespace: port}, spec: {hosts: [dock.test]}}\n"
    assert "as it is written" in asked(tmp_path, text, "/a//b")[1]
    assert "as it is written" not in asked(tmp_path, text, "/a/b")[1]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ingress("some"), 0),
        (GATEWAY.replace("PORT", "80"), 0),
        (ingress("nginx"), 0),
        (ingress("some", SERVICE.replace("80", "81")) + CRANE, 1),
        (GATEWAY.replace("PORT", "81") + CRANE, 1),
        (ingress("some", "{resource: {apiGroup: g, kind: Bucket, name: b}}"), 0),
        (ingress("alb", "{service: {name: fixed, port: {name: use-annotation}}}", **{f"{ALB}actions.fixed": "{}"}), 0),
        (ingress("alb", "{service: {name: fixed, port: {name: use-annotation}}}"), 1),
    ],
    ids=[
        "no Service",
        "no Service, Gateway",
        "no Service, nginx",
        "no port",
        "no port, Gateway",
        "bucket",
        "action",
        "no action",
    ],
)
def test_one_ends_a_route_that_nothing_answers_for_sure(tmp_path: Path, text: str, code: int) -> None:
    assert asked(tmp_path, text)[0] == code


LEAVING = """
---
apiVersion: v1
kind: Pod
metadata: {name: crane-1, namespace: port, uid: p1, labels: {app: crane}, deletionTimestamp: "2026-01-01T00:00:00Z"}
spec: {nodeName: oak, containers: [{name: c, image: "x:1"}]}
status: {phase: Running, podIPs: [{ip: 10.0.0.4}], conditions: [{type: Ready, status: "True"}]}
"""
BY_HAND = """
---
apiVersion: v1
kind: Service
metadata: {name: crane, namespace: port}
spec: {ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: crane-1, namespace: port, labels: {kubernetes.io/service-name: crane}}
addressType: IPv4
ports: [{port: 80}]
endpoints: [{addresses: [192.0.2.4], conditions: {ready: false, serving: SERVING, terminating: TERMINATING}}]
"""


@pytest.mark.parametrize("behind", [CRANE + LEAVING, BY_HAND.replace("SERVING", "true").replace("TERMINATING", "true")])
def test_endpoints_that_are_leaving(tmp_path: Path, behind: str) -> None:
    code, said = asked(tmp_path, ingress("nginx") + behind)
    assert (code, "answers  503" in said, "ingress-nginx takes ready ones alone" in said) == (1, True, True)
    through = ingress("nginx", **{"nginx.ingress.kubernetes.io/service-upstream": "true"})
    assert asked(tmp_path, through + behind)[0] == 0
    for text in (ingress("traefik"), GATEWAY.replace("PORT", "80")):
        code, said = asked(tmp_path, text + behind)
        assert (code, "kube-proxy uses them, other proxies may answer 503" in said) == (0, True)


@pytest.mark.parametrize(
    ("serving", "terminating", "ends"), [("true", "true", 1), ("false", "true", 0), ("true", "false", 0)]
)
def test_endpoints_written_by_hand_serve_while_they_leave(
    tmp_path: Path, serving: str, terminating: str, ends: int
) -> None:
    (tmp_path / "all.yaml").write_text(BY_HAND.replace("SERVING", serving).replace("TERMINATING", terminating))
    done = CliRunner().invoke(cli, ["predict", "endpoints", str(tmp_path / "all.yaml"), "-o", "json"])
    (service,) = json.loads(done.stdout)["services"]
    assert service["ports"][0]["pods"] == ["192.0.2.4:80"] * ends
