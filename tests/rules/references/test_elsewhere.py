"""What stands in another namespace than it is looked for in, and what charts leave open."""

from __future__ import annotations

import pytest

from kubelens.engine.plugins import Plugins
from kubelens.testing import analysis_of

RULES = {rule.name: rule for rule in Plugins().rules()}


def found(name: str, *documents: str) -> list[str]:
    """The messages of one rule over some documents."""
    return [finding.message for finding in analysis_of([RULES[name]], "---\n".join(documents)).findings]


def service(namespace: str) -> str:
    head = "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: %s, labels: {app: cart, tier: checkout}}\n"
    return head % namespace + "spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}\n"


def monitor(selector: str) -> str:
    head = "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: m, namespace: watch}\n"
    return f"{head}spec: {{{selector}, endpoints: [{{port: http}}]}}\n"


def test_a_monitor_that_looks_in_its_own_namespace_only() -> None:
    wanted = "selector: {matchLabels: {app: cart}}"
    (message,) = found("monitor-selects-nothing", service("shop"), monitor(wanted))
    assert "Service 'shop/cart' is in namespace 'shop', and it looks in 'watch' only" in message
    told = f"{wanted}, namespaceSelector: {{matchNames: [shop]}}"
    assert found("monitor-selects-nothing", service("shop"), monitor(told)) == []
    assert (
        found("monitor-selects-nothing", service("shop"), monitor(f"{wanted}, namespaceSelector: {{any: true}}")) == []
    )


def test_a_monitor_that_names_the_namespace_and_slips_in_the_label() -> None:
    slip = "selector: {matchLabels: {tier: chekout}}, namespaceSelector: {matchNames: [shop]}"
    (message,) = found("monitor-selects-nothing", service("shop"), monitor(slip))
    assert "it asks for tier=chekout, Service 'shop/cart' has tier=checkout" in message


def test_an_autoscaler_whose_workload_is_elsewhere() -> None:
    template = "{metadata: {labels: {app: w}}, spec: {containers: [{name: c, image: x}]}}"
    spec = f"spec: {{selector: {{matchLabels: {{app: w}}}}, template: {template}}}\n"
    workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w, namespace: shop}\n" + spec
    scaler = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: w, namespace: %s}\n"
        "spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: w}}\n"
    )
    assert found("scale-target-missing", workload, scaler % "shop") == []
    (message,) = found("scale-target-missing", workload, scaler % "store")
    assert "Deployment 'w' is in namespace 'shop', not in 'store'" in message


@pytest.mark.parametrize(
    ("verbs", "resource", "told"),
    [
        ("[bind]", "clusterroles", False),
        ("[get]", "clusterroles", True),
        ("[use]", "podsecuritypolicies", False),
        ("[get]", "nodes", True),
    ],
)
def test_what_a_role_of_a_namespace_grants(verbs: str, resource: str, told: bool) -> None:
    group = {"clusterroles": "rbac.authorization.k8s.io", "podsecuritypolicies": "policy", "nodes": '""'}[resource]
    rules = f"rules: [{{apiGroups: [{group}], resources: [{resource}], verbs: {verbs}}}]\n"
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: shop}\n"
    assert bool(found("role-out-of-scope", role + rules)) is told


@pytest.mark.parametrize("verb", ["associated-node:update", "get", "*"])
def test_verbs_that_requests_have(verb: str) -> None:
    head = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n"
    rules = f"rules: [{{apiGroups: [resource.k8s.io], resources: [resourceclaims/driver], verbs: ['{verb}']}}]\n"
    assert found("role-verb-unknown", head + rules) == []
