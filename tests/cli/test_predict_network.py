"""``predict route``, ``dns``, ``endpoints`` as a user sees them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

MANIFESTS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2}}
spec:
  tls: [{hosts: [shop.example.com]}]
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
      - {path: /api(/|$)(.*), pathType: ImplementationSpecific, backend: {service: {name: cart, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {type: NodePort, selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: "cart:1"}]}
"""


@pytest.fixture
def manifests(tmp_path: Path) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(MANIFESTS)
    return str(file)


def _run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def test_route_names_everything_on_the_way(manifests: str) -> None:
    result = _run("route", "https://shop.example.com/cart/42", manifests, "--passed")
    assert result.exit_code == 0
    for text in (
        "Ingress default/web",
        "/cart (Prefix)",
        "shop.yaml:11:",
        "default/cart:80",
        "Deployment default/cart:8080",
        "/ (Prefix): matches, but",
    ):
        assert text in result.output


def test_a_controller_adds_what_its_annotations_change(manifests: str) -> None:
    result = _run(
        "route", "https://shop.example.com/api/orders", manifests, "--controller", "nginx", "--format", "json"
    )
    (route,) = json.loads(result.output)["routes"]
    assert route["destinations"][0]["path"] == "/orders"
    assert route["destinations"][0]["service"] == "cart"
    redirect = json.loads(
        _run("route", "http://shop.example.com/cart", manifests, "--controller", "nginx", "--format", "json").output
    )
    assert redirect["routes"][0]["redirect"]["status"] == 308


def test_a_request_nobody_answers(manifests: str) -> None:
    result = _run("route", "https://other.example.com/", manifests)
    assert result.exit_code == 1
    assert "404" in result.output


def test_unknown_controller_is_a_usage_error(manifests: str) -> None:
    assert _run("route", "/", manifests, "--controller", "nope").exit_code == 2


def test_endpoints_shows_ways_in(manifests: str) -> None:
    result = _run("endpoints", manifests)
    assert result.exit_code == 0
    assert "Deployment cart:8080" in result.output
    assert "on nodes: 30080" in _run("endpoints", manifests, "--service", "cart").output


EMPTY = """\
apiVersion: v1
kind: Service
metadata: {name: %s}
spec: {selector: {app: web%s}, ports: [{port: 80, targetPort: %s}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, env: staging}}
spec: {containers: [{name: web, image: nginx, ports: [{name: http, containerPort: 80}]}]}
"""


@pytest.mark.parametrize(
    ("name", "label", "target", "said", "code"),
    [
        ("web", ", env: stagign", 80, "Pod web would match but for label env (staging, asked for: stagign)", 1),
        ("web", ", env: test", 80, "Pod web would match but for label env (staging, asked for: test)", 1),
        ("web", "", "web", "Pod web declares no TCP port named 'web'", 1),
        ("web", "", "http", "Pod web:80", 0),
        ("db", ", tier: db, env: test", 80, "no Pod among the files has its labels", 0),
    ],
)
def test_endpoints_says_why_there_are_none(
    name: str, label: str, target: object, said: str, code: int, tmp_path: Path
) -> None:
    (tmp_path / "all.yaml").write_text(EMPTY % (name, label, target))
    result = _run("endpoints", str(tmp_path))
    assert said in " ".join(result.output.split())
    assert result.exit_code == code


def test_endpoints_leaves_pods_of_operators_open(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        EMPTY % ("web-main", ", env: test", 80)
        + "---\napiVersion: example.com/v1\nkind: Site\nmetadata: {name: main}\n"
    )
    result = _run("endpoints", str(tmp_path))
    assert "none: Site main may bring them" in result.output
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        ("{phase: Succeeded, podIP: 10.3.0.1}", "none: Pod default/web has ended (phase Succeeded)", 1),
        ("{phase: Running, podIP: 10.3.0.1}", "none: Pod default/web is not ready", 1),
        ("{phase: Running, podIP: 10.3.0.1, conditions: [{type: Ready, status: 'True'}]}", "Pod web:80", 0),
        ("{}", "Pod web:80", 0),
    ],
)
def test_endpoints_reads_the_status_of_pods(status: str, said: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(EMPTY % ("web", "", 80) + f"status: {status}\n")
    result = _run("endpoints", str(tmp_path))
    assert said in " ".join(result.output.split())
    assert result.exit_code == code
    (service,) = json.loads(_run("endpoints", str(tmp_path), "--format", "json").output)["services"]
    assert bool(service["ports"][0]["unready"]) == bool(code)
    assert any("status" in text for text in service["assumptions"]) == (status == "{}")


def test_dns_says_which_name_answers(manifests: str) -> None:
    result = _run("dns", "cart", manifests, "--from", "cart", "--format", "json")
    assert json.loads(result.output)["answered"]["name"] == "cart.default.svc.cluster.local."
    assert _run("dns", "nothing", manifests, "--from", "cart").exit_code == 1
    assert _run("dns", "cart", manifests, "--from", "nobody").exit_code == 2


@pytest.mark.parametrize("words", [("--resolver", "musl"), ("--resolver", "GLIBC"), ("--pods", "verified")])
def test_choices_are_taken_as_their_help_and_coredns_write_them(manifests: str, words: tuple[str, str]) -> None:
    result = _run("dns", "cart", manifests, "--from", "cart", *words, "--format", "json")
    assert result.exit_code == 0, result.output
    assert words[0] != "--resolver" or json.loads(result.output)["resolver"] == words[1].lower()


def test_dns_reads_the_pods_own_file_first(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
        "spec: {hostAliases: [{ip: 10.0.0.9, hostnames: [old.corp]}], containers: [{name: web, image: 'web:1'}]}\n"
    )
    result = _run("dns", "old.corp", str(tmp_path), "--from", "web")
    assert (result.exit_code, "answers, in /etc/hosts" in result.output) == (0, True)
    assert "spec.hostAliases names it" in result.output
    seen = json.loads(_run("dns", "old.corp", str(tmp_path), "--from", "web", "--format", "json").output)
    assert (seen["answered"]["file"], seen["answered"]["records"][0]["value"]) == ("/etc/hosts", "10.0.0.9")
    assert _run("dns", "old.corp", str(tmp_path), "--from", "web", "--type", "SRV").exit_code == 1


def test_dns_says_which_names_an_address_has(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
        "spec: {clusterIP: 10.96.7.7, selector: {app: web}, ports: [{port: 80}]}\n"
    )
    assert "web.default.svc.cluster.local." in _run("dns", "10.96.7.7", str(tmp_path)).output
    assert _run("dns", "10.96.7.8", str(tmp_path)).exit_code == 1
    assert _run("dns", "web", str(tmp_path)).exit_code == 2


def test_endpoints_says_what_a_node_makes_of_connections(manifests: str) -> None:
    seen = _run("endpoints", manifests, "--node", "any", "--client", "203.0.113.1", "--format", "json")
    (service,) = json.loads(seen.output)["services"]
    assert {(c["way"], c["verdict"]) for c in service["connections"]} == {("cluster IP", "dnat"), ("node port", "dnat")}
    assert _run("endpoints", manifests, "--client", "pod").exit_code == 2
    assert _run("endpoints", manifests, "--node", "any", "--client", "nobody").exit_code == 2


POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""


ONE_PORT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-8080}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress: [{ports: [{port: 8080}]}]
"""


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("web -> cart:8080",), 0, "a rule of 'only-8080' allows TCP 8080"),
        (
            ("default/web", "cart:80"),
            0,
            "Service default/cart: port 80 (http) is port 8080 of default/cart[Deployment]",
        ),
        (("web", "cart:9090"), 1, "BLOCKED"),
        (("web", "cart"), 0, "TCP 8080"),
        (("web -> shop:80",), 2, "no workload or Service 'shop'"),
        (("web ->",), 2, "give both ends"),
        (("web",), 2, "give both ends"),
        (("web -> cart:http",), 2, "port 'http' is no number"),
        (("10.0.0.1 -> cart:8080",), 0, "goes through"),
    ],
)
def test_connect_takes_both_ends_as_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, told: str
) -> None:
    (tmp_path / "shop.yaml").write_text(f"{MANIFESTS}---\n{ONE_PORT}")
    monkeypatch.chdir(tmp_path)
    result = _run("connect", *words)
    assert result.exit_code == code, result.output
    assert told in result.output


def test_connect_through_a_service_without_a_workload_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(
        f"{MANIFESTS}---\n{ONE_PORT}".replace("name: cart}\nspec: {type", "name: c}\nspec: {type")
    )
    at = str(tmp_path)
    assert "port 80 (http) is port 8080 of default/cart" in _run("connect", "web -> c:80", at).output
    assert "goes through default/web[Deployment] -> default/cart[Deployment]" in _run("connect", "web -> c", at).output
    refused = _run("connect", "web -> c:81", at)
    assert refused.exit_code == 2
    assert "Service default/c has no port 81; it has: 80 (http)" in refused.output


def test_connect_says_which_policy_decides(manifests: str) -> None:
    Path(manifests).write_text(MANIFESTS + POLICY)
    allowed = _run("connect", manifests, "--from", "web", "--to", "cart:8080", "--format", "json")
    assert allowed.exit_code == 0
    (connection,) = json.loads(allowed.output)["connections"]
    assert connection["ingress"]["allowed_by"] == ["default/cart"]
    assert _run("connect", manifests, "--from", "web", "--to", "cart:9090").exit_code == 1
    matrix = json.loads(_run("connect", manifests, "--matrix", "--format", "json").output)
    ports = {(c["source"], c["destination"]): c["ports"] for c in matrix["connections"]}
    assert ports["default/web[Deployment]", "default/cart[Deployment]"] == {"TCP": [[8080, 8080]]}


def test_topology_draws_what_leads_where(manifests: str) -> None:
    drawn = _run("topology", manifests, "--format", "mermaid")
    assert drawn.exit_code == 0
    for text in ("Ingress<br/>web", "Service<br/>cart", "Deployment<br/>cart", "n1 --> n3"):
        assert text in drawn.output


@pytest.mark.skipif(not (CHROMIUM := shutil.which("chromium")), reason="chromium is not installed")
def test_topology_page_opens_in_a_browser(manifests: str, tmp_path: Path) -> None:
    page = tmp_path / "topology.html"
    page.write_text(_run("topology", manifests, "--format", "html").output, encoding="utf-8")
    done = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    for text in ("<svg", "cart", "Deployment"):
        assert text in done.stdout


ELSEWHERE = """
apiVersion: v1
kind: Pod
metadata: {name: front, namespace: frontend}
spec: {containers: [{name: c, image: "x:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80}]}
"""
BROKEN_PARTS = """
apiVersion: v1
kind: Service
metadata: {name: x}
spec: null
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: z}
spec: {podSelector: null, ingress: [{from: [{ipBlock: {cidr: nonsense}}], ports: [{port: -4, endPort: x}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g}
spec: {listeners: [null, {port: x, protocol: 3}, {port: 80, protocol: HTTP, name: w}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: g}
spec: {parentRefs: [{name: g}], rules: [3, {matches: [{path: {type: RegularExpression, value: "("}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: [x]}
spec: {containers: [{name: c, image: 3, resources: {requests: {cpu: lots}}}], tolerations: {}, affinity: []}
---
apiVersion: v1
kind: Node
metadata: {name: n, labels: 3}
spec: {taints: [x]}
status: {allocatable: {cpu: x}}
"""


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("dns", "cart", "FILE", "--from", "front"), 1, "Service 'cart' is in namespace shop: write cart.shop"),
        (("topology", "FILE", "-n", "nope"), 2, "there are: frontend, shop"),
        (("schedule", "FILE", "--cluster", "FILE"), 2, "holds no Node"),
        (("route", "http://[bad", "FILE"), 2, "'http://[bad'"),
        (("endpoints", "FILE", "--service", "nope"), 2, "no Service 'nope'"),
        (("variables", "default/front", "FILE"), 2, "there are: frontend/front"),
    ],
)
def test_questions_without_an_answer_say_why(tmp_path: Path, words: tuple[str, ...], code: int, says: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(ELSEWHERE)
    result = _run(*(str(file) if word == "FILE" else word for word in words))
    assert (result.exit_code, says in result.output) == (code, True), result.output


UNREADABLE = "apiVersion: v1\nkind: Pod\nmetadata: [\n"


@pytest.mark.parametrize("words", [("variables", "front", "FILE"), ("dns", "cart", "FILE", "--from", "front")])
def test_a_name_in_several_namespaces_is_asked_for_with_its_namespace(tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"{ELSEWHERE}---\n{ELSEWHERE.replace('frontend', 'other')}")
    result = _run(*(str(file) if word == "FILE" else word for word in words))
    assert result.exit_code == 2
    assert "write frontend/front or other/front" in result.output


QUESTIONS = ["schedule", "endpoints", "topology", "drain", "connect --matrix", "dns --records", "route http://x/"]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("text", [BROKEN_PARTS, UNREADABLE, "", "just: text"], ids=["parts", "yaml", "empty", "other"])
def test_broken_input_never_ends_in_a_traceback(tmp_path: Path, question: str, text: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    result = _run(*question.split(), str(file))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    if text != BROKEN_PARTS:
        assert result.exit_code == 2
        assert "no Kubernetes object found" in result.output
    assert ("cannot be read" in result.output) == (text == UNREADABLE)
