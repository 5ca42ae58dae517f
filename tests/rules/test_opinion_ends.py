"""Rules of every family that are about two places show both: line and column of each. (References: test_both_ends.)"""

from __future__ import annotations

from typing import Final

import pytest

from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of, examples_of

RULES = {rule.name: rule for rule in kubelens_rules() if rule.family != "references"}
End = tuple[int, int, str]
ENDS: Final[list[tuple[str, End, End]]] = [
    ("claim-never-binds", (18, 16, "[ReadWriteMany]"), (4, 9, "films")),
    ("volume-of-one-node", (25, 24, "ledger"), (6, 16, "[ReadWriteOnce]")),
    ("controllers-overlap", (7, 18, "{app: shop}"), (25, 15, "{app: shop, part: worker}")),
    ("duplicate-key", (7, 3, "level"), (6, 3, "level")),
    ("duplicate-object", (11, 9, "settings"), (4, 9, "settings")),
    ("hpa-fights-replicas", (15, 13, "2"), (8, 19, "{apiVersion: apps/v1, kind: Deployment, name: web}")),
    ("hpa-shared-target", (14, 3, "scaleTargetRef"), (6, 19, "{apiVersion: apps/v1, kind: Deployment, name: web}")),
    ("ingress-host-conflict", (27, 19, "/"), (10, 19, "/")),
    ("ingress-path-shadowed", (17, 19, "/cart/"), (10, 19, "/cart")),
    ("liveness-before-ready", (13, 9, "periodSeconds: 10  # expect: gives up after 20 s"), (10, 30, "90")),
    ("namespace-comes-later", (12, 9, "shop"), (5, 14, "shop")),
    ("node-port-clash", (19, 17, "30080"), (9, 17, "30080")),
    ("preempts-running-pods", (38, 9, "report"), (23, 9, "ledger")),
    ("pdb-blocks-drain", (6, 17, "2"), (13, 9, "web")),
    ("policy-refuses", (28, 9, "web"), (14, 19, "object.spec.replicas <= 5")),
    (
        "refused-in-context",
        (22, 20, "true"),
        (6, 41, "baseline"),
    ),
    ("pre-stop-outlasts-grace", (13, 22, '[sleep, "60"]'), (6, 34, "30")),
    ("quota-exceeded-at-max", (7, 19, '"4"'), (16, 16, "10")),
    ("selector-mismatch", (12, 14, "website"), (8, 12, "web")),
    ("service-env-clash", (20, 17, "REDIS_PORT"), (4, 9, "redis")),
    ("service-port-two-protocols", (14, 13, "7777"), (11, 13, "7777")),
    ("service-selects-other-apps-pods", (7, 5, "tier: front"), (26, 9, "admin")),
    ("duplicate-env-name", (20, 21, "PORT"), (18, 21, "PORT")),
    ("hpa-never-scales", (11, 16, "3"), (10, 16, "3")),
    ("ingress-host-without-tls", (10, 13, "www.example.org"), (7, 14, "[shop.example.org]")),
    ("pdb-above-hpa-floor", (35, 17, "2"), (27, 16, "2")),
    ("probe-port-undeclared", (23, 21, "8081"), (18, 15, "name: http")),
    ("probes-identical", (21, 11, "livenessProbe"), (18, 13, "httpGet:")),
    ("rbac-create-pods", (21, 9, "reader"), (8, 9, "pods")),
    ("rbac-node-access", (21, 9, "reader"), (8, 9, "nodes/proxy")),
    ("rbac-pod-exec", (21, 9, "reader"), (8, 9, "pods/exec")),
    ("rbac-secrets", (21, 9, "reader"), (8, 9, "secrets")),
    ("host-network-dns", (28, 22, "collector:4317"), (22, 20, "true")),
    ("ingress-without-controller", (11, 9, "web"), (4, 9, "nginx")),
    ("env-used-before-set", (11, 18, "http://$(HOST):8080"), (12, 17, "HOST")),
    ("program-hidden-by-volume", (19, 22, "/app"), (16, 17, "/app/server")),
    ("spread-skips-own-pods", (21, 20, "webshop"), (13, 9, "app: web")),
    ("duplicate-list-entry", (13, 26, "8080"), (11, 26, "8080")),
    ("init-waits-for-itself", (27, 29, '"until nc -z cart 6379; do sleep 1; done"'), (7, 5, "app: cart")),
    ("non-root-as-root", (12, 20, "0"), (7, 19, "true")),
    ("running-pods-keep-config", (6, 10, "debug"), (26, 23, "cart")),
    ("policy-priority-shared", (19, 13, "10"), (4, 9, "closed")),
]
"""Rule, then (line, column, first line of the text), both from 1, in its own bad example."""


def test_every_rule_that_shows_two_places_is_in_the_table() -> None:
    """In what its own example shows: a new rule about two places fails here until it is measured below."""
    shown = set()
    for name, rule in RULES.items():
        for example in examples_of(rule):
            cluster = {"nodes": "3x4cpu,16Gi", "zones": "a,b,c"} if rule.family == "scheduling" else None
            if example.kind == "Bad" and any(
                finding.related
                for finding in analysis_of([rule], example.text, old=example.before, cluster=cluster).findings
            ):
                shown.add(name)
    assert shown == {name for name, _, _ in ENDS}


@pytest.mark.parametrize(("name", "finding", "other"), ENDS)
def test_both_ends(name: str, finding: End, other: End) -> None:
    bad = next(example for example in examples_of(RULES[name]) if example.kind == "Bad")
    analysis = analysis_of([RULES[name]], bad.text, old=bad.before)
    found = next(f for f in analysis.findings if f.related)
    seen = []
    ends = ((found.at, found.span), (found.related[0].place, found.related[0].span))
    for place, known in ends:
        source = analysis.snapshot.source(place.uri)
        assert source is not None
        span = known or analysis.snapshot.locate(place)
        position = source.position(span.start)
        seen.append((position.line + 1, position.column + 1, source.text[span.start : span.end].split("\n")[0]))
    assert seen == [finding, other]
