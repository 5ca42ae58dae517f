"""``--diff``: what connections, routes, permissions and the graph were and are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

WORLD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "shop/web:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: job, namespace: shop}
spec:
  selector: {matchLabels: {app: job}}
  template:
    metadata: {labels: {app: job}}
    spec: {containers: [{name: main, image: "shop/job:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {ingressClassName: public, rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: User, name: ann}]
"""
POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}
"""
CONNECT = ("predict", "connect")
ROUTE = ("predict", "route")
CAN = ("predict", "can")
TOPOLOGY = ("predict", "topology")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "all.yaml").write_text(WORLD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*words: str, code: int) -> str:
    done = CliRunner().invoke(cli, list(words))
    assert done.exit_code == code, done.output
    return done.stdout


@pytest.mark.parametrize("command", [CONNECT, ROUTE, TOPOLOGY, CAN])
def test_nothing_differs(folders: Path, command: tuple[str, ...]) -> None:
    text = told(*command, "--diff", "old", "new", code=0)
    assert text in ("nothing changes\n", "no object and no link differs\n")


def test_a_policy_cuts_connections_and_no_route(folders: Path) -> None:
    (folders / "new" / "all.yaml").write_text(WORLD + POLICY)
    text = told(*CONNECT, "--diff", "old", "new", code=1)
    assert "Deployment shop/web\n" in text
    assert "not reached any more by shop/job[Deployment]" in text
    assert told(*CAN, "--diff", "old", "new", code=0) == "nothing changes\n"


def test_a_route_is_lost(folders: Path) -> None:
    (folders / "new" / "all.yaml").write_text(WORLD.replace("host: shop", "host: www"))
    text = told(*ROUTE, "--diff", "old", "new", code=1)
    assert "http://shop.example.com/  shop/web:80 -> nobody" in text
    assert "http://www.example.com/  nobody -> shop/web:80" in text


def test_a_verb_is_gained_and_told_as_data(folders: Path) -> None:
    (folders / "new" / "all.yaml").write_text(WORLD.replace("verbs: [get]", "verbs: [get, delete]"))
    data = json.loads(told(*CAN, "--diff", "old", "new", "--format", "json", code=1))
    (only,) = (one for each in data["sets"] for one in each["consequences"])
    assert (only["kind"], only["about"], only["text"]) == ("access-gained", "User ann", "gains: delete pods in shop")


def test_links_come_and_go(folders: Path) -> None:
    (folders / "new" / "all.yaml").write_text(
        WORLD.replace("selector: {app: web}, ports", "selector: {app: job}, ports")
    )
    text = told(*TOPOLOGY, "--diff", "old", "new", code=1)
    assert "  - Service shop/web -> Deployment shop/web" in text
    assert "  + Service shop/web -> Deployment shop/job" in text


@pytest.mark.parametrize("command", [ROUTE, CAN])
def test_without_a_difference_a_question_is_needed(folders: Path, command: tuple[str, ...]) -> None:
    assert CliRunner().invoke(cli, list(command)).exit_code == 2
