"""Ingress matching: rules and requests of the public conformance features, and the documentation's own table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import read_resources
from kubelens.predict.api import Oracle
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.path_match import matches_one_label
from kubelens.predict.network.request import Request
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult

DEFAULT: Final = RECORDINGS / "ingress"


def bundle_of(objects: list[dict[str, Any]]) -> Bundle:
    """A bundle of objects written as values."""
    text = "\n---\n".join(json.dumps(o) for o in objects)
    documents, _ = parse_source(Source("cases.yaml", text))
    return Bundle([r for d in documents for r in read_resources(d)])


def _service(name: str) -> dict[str, Any]:
    ports = [{"name": "http", "port": 8080}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": name}, "ports": ports},
    }


def _path(path: str, kind: str, service: str, port: dict[str, Any] | None = None) -> dict[str, Any]:
    backend = {"service": {"name": service, "port": port or {"number": 8080}}}
    return {"path": path, "pathType": kind, "backend": backend}


def _ingress(
    rules: list[dict[str, Any]], default: dict[str, Any] | None, class_name: str | None
) -> list[dict[str, Any]]:
    spec: dict[str, Any] = {}
    names = set()
    written = []
    for rule in rules:
        paths = [_path(p["path"], p["pathType"], p["service"], p["port"]) for p in rule["paths"]]
        names |= {p["service"] for p in rule["paths"]}
        written.append({**({"host": rule["host"]} if rule["host"] else {}), "http": {"paths": paths}})
    if written:
        spec["rules"] = written
    if default:
        spec["defaultBackend"] = {"service": default}
        names.add(default["name"])
    if class_name:
        spec["ingressClassName"] = class_name
    ingress = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "case"}, "spec": spec}
    return [ingress, *map(_service, sorted(names))]


def ask(objects: list[dict[str, Any]], host: str, path: str) -> tuple[str | None, int | None]:
    """(Service, status) for a request."""
    request = Request(host=host.lower(), path=path)
    routes = Oracle(bundle_of(objects))(IngressRoutesOf(request)).answer
    if len(routes) != 1:
        return None, 404
    (route,) = routes
    return (route.destinations[0].service if route.destinations else None), route.status


def run(cases: Path) -> SuiteResult:
    """Compare single rules, whole sets of rules, and the documentation's table."""
    result = SuiteResult("ingress", headline="requests")
    file = cases / "conformance.json" if cases.is_dir() else cases
    data = json.loads(file.read_text(encoding="utf-8"))

    def compare(table: str, case: str, expected: object, predicted: object) -> None:
        agrees = expected == predicted
        result.count("figures", "requests", agrees)
        result.count("by", table, agrees)
        if not agrees:
            result.disagreements.append(Disagreement(case, table, expected, predicted))

    for row in data["single_rule_truths"]:
        rule = {
            "host": row["rule_host"],
            "paths": [
                {"path": row["rule_path"], "pathType": row["pathType"], "service": "it", "port": {"number": 8080}}
            ],
        }
        found, _ = ask(_ingress([rule], None, None), row["request_host"] or "", row["request_path"])
        compare("single rules", json.dumps(row), row["matches"], found == "it")
    for row in data["scenarios"]:
        if "request_path" not in row:
            result.apart["a class's controller, not a request"] = (
                result.apart.get("a class's controller, not a request", 0) + 1
            )
            continue
        objects = _ingress(row["rules"], row["default_backend"], row.get("ingressClassName"))
        found, status = ask(objects, row["request_host"] or "", row["request_path"])
        compare(
            "scenarios",
            f"{row['feature']}: {row['request_host']}{row['request_path']}",
            (row["expect_service"], row["expect_status"]),
            (found, status or 200),
        )
    for row in data["docs_table"]:
        if "rule_host" in row:
            compare(
                "documentation",
                json.dumps(row),
                row["result"],
                matches_one_label(row["rule_host"], row["request_host"]),
            )
            continue
        paths: list[dict[str, Any]] = []
        for text in row["paths"]:
            path, _, kind = text.partition(" (")
            paths.append(
                {
                    "path": path,
                    "pathType": kind.rstrip(")") or row["kind"],
                    "service": f"s{len(paths)}",
                    "port": {"number": 8080},
                }
            )
        found, _ = ask(_ingress([{"host": "", "paths": paths}], None, None), "any", row["request_path"])
        expected = row["result"]
        predicted: object = 0 if found is None else row["paths"][int(found[1:])] if isinstance(expected, str) else 1
        compare("documentation", json.dumps(row), expected, predicted)
    return result
