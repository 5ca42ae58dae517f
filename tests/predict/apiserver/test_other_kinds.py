"""Kinds with few rules of their own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.predict.apiserver.judging import blamed


@pytest.mark.parametrize(
    ("kind", "body", "wrong"),
    [
        ("Event", {"involvedObject": {}}, set()),
        ("Event", {"involvedObject": {"namespace": "b"}}, {("involvedObject.namespace", "Invalid")}),
        ("Event", {"involvedObject": {"namespace": "default"}, "eventTime": "2025-01-01T00:00:00.000000Z",
                   "reportingComponent": "a", "reportingInstance": "b", "action": "c"}, {("reason", "Required")}),
        ("ControllerRevision", {"revision": 1}, {("data", "Required")}),
        ("ControllerRevision", {"data": {}, "revision": -1}, {("revision", "Invalid")}),
        ("RuntimeClass", {"handler": "a", "overhead": {"podFixed": {"hugepages-2Mi": "2Mi"}}},
         {("overhead", "Forbidden")}),
        ("RuntimeClass", {"handler": "a", "overhead": {"podFixed": {"cpu": "-1"}}},
         {("overhead.limits[cpu]", "Invalid")}),
        ("ClusterRole", {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a b": "c"}}]}},
         {("aggregationRule.clusterRoleSelectors[0].matchLabels", "Invalid"),
          ("aggregationRule.clusterRoleSelectors[0]", "Invalid")}),
    ],
)  # fmt: skip
def test_few_rules(kind: str, body: dict[str, Any], wrong: set[tuple[str, str]]) -> None:
    value = {"metadata": {"name": "a", **({"namespace": "default"} if kind == "Event" else {})}, **body}
    assert blamed(kind, value) == wrong


def test_tolerations_differ_by_more_than_their_time() -> None:
    one = {"key": "a", "operator": "Exists", "effect": "NoExecute"}
    value = {
        "metadata": {"name": "a"},
        "handler": "a",
        "scheduling": {"tolerations": [one, {**one, "tolerationSeconds": 3}]},
    }
    assert blamed("RuntimeClass", value) == {("scheduling.tolerations[1]", "Duplicate")}


def test_verbs_of_a_flow_schema() -> None:
    rule = {
        "subjects": [{"kind": "Group", "group": {"name": "a"}}],
        "nonResourceRules": [{"verbs": ["post"], "nonResourceURLs": ["/x"]}],
    }
    spec = {"priorityLevelConfiguration": {"name": "a"}, "matchingPrecedence": 2, "rules": [rule]}
    assert blamed("FlowSchema", {"metadata": {"name": "a"}, "spec": spec}) == {
        ("spec.rules[0].nonResourceRules[0].verbs", "NotSupported")
    }


def test_a_metric_of_an_object_may_have_two_targets() -> None:
    target = {"type": "Value", "value": "1", "averageValue": "1"}
    described = {"kind": "Service", "name": "a"}
    metric = {"type": "Object", "object": {"describedObject": described, "metric": {"name": "m"}, "target": target}}
    spec = {
        "maxReplicas": 2,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "metrics": [metric],
    }
    assert not blamed("HorizontalPodAutoscaler", {"metadata": {"name": "a"}, "spec": spec})
