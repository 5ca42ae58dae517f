"""Rules about links show both ends: line and column of the finding, and of the other end."""

from __future__ import annotations

from typing import Any, Final

import pytest

from kubelens.rules.api import Rule
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of, examples_of

RULES: Final[dict[str, Rule[Any]]] = {rule.name: rule for rule in kubelens_rules() if rule.family == "references"}
End = tuple[int, int, str]
ENDS: Final[list[tuple[str, End, End]]] = [
    ("claim-missing", (19, 20, "uplaods"), (4, 9, "uploads")),
    ("class-missing", (12, 22, "ugrent"), (4, 9, "urgent")),
    ("config-map-missing", (18, 19, "setings"), (4, 9, "settings")),
    ("hpa-metric-without-request", (14, 15, "cpu"), (33, 17, "web")),
    ("ingress-class-missing", (13, 21, "ngnix"), (4, 9, "nginx")),
    ("key-missing", (21, 20, "level"), (4, 9, "settings")),
    ("named-target-port-missing", (10, 19, "web"), (23, 17, "http")),
    ("object-missing", (18, 13, "pubilc"), (4, 9, "public")),
    ("pdb-selects-nothing", (19, 12, "fronted"), (6, 10, "frontend")),
    ("policy-allows-service-port", (35, 17, "80"), (9, 7, "port: 80")),
    ("policy-blocks-dns", (21, 3, "egress"), (4, 9, "web")),
    ("policy-blocks-own-ingress", (7, 5, "service:"), (37, 9, "closed")),
    ("policy-port-unknown", (25, 17, "web"), (12, 17, "http")),
    ("policy-selects-nothing", (19, 12, "fronted"), (6, 10, "frontend")),
    ("probe-port-unknown", (15, 17, "web"), (10, 9, "- name: http")),
    ("reference-not-granted", (10, 22, "pay"), (16, 9, "checkout")),
    ("role-missing", (17, 9, "raeder"), (4, 9, "reader")),
    ("route-not-attached", (22, 20, "http"), (8, 13, "https")),
    ("scale-target-missing", (28, 11, "cart"), (2, 7, "StatefulSet")),
    ("secret-missing", (18, 19, "pasword"), (4, 9, "password")),
    ("service-account-missing", (11, 23, "bulider"), (4, 9, "builder")),
    ("service-missing", (14, 23, "chekout"), (21, 9, "checkout")),
    ("service-port-not-served", (14, 19, "8000"), (27, 11, "name: http")),
    ("service-port-missing", (16, 27, "8080"), (26, 5, "- port: 80")),
    ("service-selects-nothing", (7, 10, "chekout"), (22, 14, "checkout")),
    ("webhook-self-deadlock", (9, 15, "guard"), (33, 9, "guard")),
    ("service-port-mismatch", (10, 19, "31000"), (23, 11, "containerPort: 7777")),
    ("monitor-port-unknown", (23, 13, '"8080"'), (11, 7, "name: http")),
    ("gitops-object-missing", (21, 11, "platform"), (4, 9, "fleet")),
    ("depends-on-cycle", (10, 11, "infra"), (21, 11, "apps")),
    (
        "project-not-permitted",
        (23, 16, "cart"),
        (9, 3, "- {server: https://kubernetes.default.svc, namespace: shop-*}"),
    ),
    ("subset-missing", (11, 21, "v3"), (18, 3, "host: reviews")),
    ("monitor-selects-nothing", (21, 12, "web"), (4, 3, "name: web")),
    ("statefulset-not-headless", (17, 16, "db"), (4, 9, "db")),
    ("policy-peer-missed", (24, 20, "scraper"), (5, 14, "monitoring")),
    ("secret-unfit", (15, 13, "hub"), (4, 9, "hub")),
    ("certificate-in-other-secret", (20, 19, "shop-tls"), (6, 15, "shop-cert")),
]
"""Rule, then (line, column, first line of the text), both from 1, in its own bad example."""


def test_every_rule_is_in_the_table() -> None:
    assert {name for name, _, _ in ENDS} == set(RULES)


@pytest.mark.parametrize(("name", "finding", "other"), ENDS)
def test_both_ends(name: str, finding: End, other: End) -> None:
    bad = next(example for example in examples_of(RULES[name]) if example.kind == "Bad")
    analysis = analysis_of([RULES[name]], bad.text)
    found = analysis.findings[0]
    seen = []
    for place in (found.at, found.related[0].place):
        source = analysis.snapshot.source(place.uri)
        assert source is not None
        span = analysis.snapshot.locate(place)
        position = source.position(span.start)
        seen.append((position.line + 1, position.column + 1, source.text[span.start : span.end].split("\n")[0]))
    assert seen == [finding, other]
