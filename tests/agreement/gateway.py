"""HTTPRoute matching: manifests and requests of the Gateway API's public conformance suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from kubelens.predict.api import Oracle
from kubelens.predict.network.destination import Route
from kubelens.predict.network.gateway import GatewayRoutesOf
from kubelens.predict.network.request import read_request
from tests.agreement.ingress import bundle_of
from tests.agreement.suite import Disagreement, SuiteResult

DEFAULT: Final = Path(__file__).parents[3] / "shared" / "oracle" / "gateway"
"""Other projects' cases: they stay beside the project."""
INFRA: Final = "gateway-conformance-infra"


def _base() -> list[dict[str, Any]]:
    """The Gateway and Services the suite sets up before its tests."""
    metadata = {"name": "same-namespace", "namespace": INFRA}
    listener = {"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "Same"}}}
    gateway = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": metadata,
        "spec": {"gatewayClassName": "any", "listeners": [listener]},
    }
    names = [(INFRA, f"infra-backend-v{n}") for n in (1, 2, 3)] + [("gateway-conformance-web-backend", "web-backend")]
    services = [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"ports": [{"port": 8080}]},
        }
        for namespace, name in names
    ]
    return [gateway, *services]


def _best(routes: tuple[Route, ...]) -> Route | None:
    """The Gateway that knows the host: a case does not say at whose address its request arrives."""
    return next(
        (r for r in routes if r.destinations or r.redirect or r.status not in (None, 404)),
        routes[0] if routes else None,
    )


def run(cases: Path) -> SuiteResult:
    """Compare every request."""
    result = SuiteResult("gateway", headline="requests")
    file = cases / "conformance.json" if cases.is_dir() else cases
    for test in json.loads(file.read_text(encoding="utf-8"))["tests"]:
        objects = [*_base(), *(o for o in YAML(typ="safe").load_all(test["manifest_yaml"]) if o)]
        ask = Oracle(bundle_of(objects))
        rows = json.loads(test["rows"]) if isinstance(test["rows"], str) else test["rows"]
        for row in rows:
            request = read_request(
                (row["host"] or "any.example") + row["path"].removesuffix("\n"), row["method"] or "GET", row["headers"]
            )
            if not ask(GatewayRoutesOf(request)).answer:  # the Host header names a port the client did not connect to
                request = read_request(request.host + row["path"], row["method"] or "GET", row["headers"])
            route = _best(ask(GatewayRoutesOf(request)).answer)
            expected, predicted = _compared(row, route)
            agrees = expected == predicted
            result.count("figures", "requests", agrees)
            result.count("by", test["test"], agrees)
            if not agrees:
                case = f"{test['test']} {request} {row['headers']}"
                result.disagreements.append(Disagreement(case, "answer", expected, predicted))
    return result


def _compared(row: dict[str, Any], route: Route | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a row expects, and the same parts of the prediction."""
    expected: dict[str, Any] = {}
    predicted: dict[str, Any] = {}
    ends = route.destinations if route is not None else ()
    if row["expect_backend"]:
        expected["backend"] = row["expect_backend"]
        predicted["backend"] = ends[0].service if len(ends) == 1 else [e.service for e in ends]
    if row["expect_status"]:
        expected["status"] = int(row["expect_status"])
        predicted["status"] = (route.status or 200) if route is not None else 404
    if row["expect_forwarded"]:
        for key, value in row["expect_forwarded"].items():
            if value is not None:
                expected[f"forwarded {key}"] = value
                predicted[f"forwarded {key}"] = (getattr(ends[0], key) or row[key]) if ends else None
    if row["expect_redirect"]:
        redirect = route.redirect if route is not None else None
        for key, value in row["expect_redirect"].items():
            if value is not None:
                expected[f"redirect {key}"] = value
                predicted[f"redirect {key}"] = getattr(redirect, key, None)
    return expected, predicted
