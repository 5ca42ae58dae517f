"""Earlier versions become today's, and nothing is lost on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubelens.kube.conversion import converted, todays_group
from kubelens.kube.identity import GroupVersionKind
from kubelens.testing import bundle_from_text

BEFORE_AFTER = {
    "resource in percent": (
        {"resource": {"name": "cpu", "targetAverageUtilization": 60}, "type": "Resource"},
        {"resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}, "type": "Resource"},
    ),
    "Pods": (
        {"pods": {"metricName": "hits", "targetAverageValue": "5"}, "type": "Pods"},
        {"pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "5"}}, "type": "Pods"},
    ),
    "object": (
        {"object": {"target": {"kind": "Service", "name": "a"}, "metricName": "hits", "targetValue": "5"}},
        {
            "object": {
                "describedObject": {"kind": "Service", "name": "a"},
                "metric": {"name": "hits"},
                "target": {"type": "Value", "value": "5"},
            }
        },
    ),
}


def _converted(value: dict[str, Any]) -> dict[str, Any]:

    (resource,) = bundle_from_text(json.dumps(value))
    return dict(converted(resource).value)


@pytest.mark.parametrize("name", BEFORE_AFTER)
def test_metrics(name: str) -> None:
    before, after = BEFORE_AFTER[name]
    header = {"kind": "HorizontalPodAutoscaler", "metadata": {"name": "a"}}
    given = {"apiVersion": "autoscaling/v2beta1", **header, "spec": {"maxReplicas": 3, "metrics": [before]}}
    assert _converted(given) == {
        "apiVersion": "autoscaling/v2",
        **header,
        "spec": {"maxReplicas": 3, "metrics": [after]},
    }


def test_the_percentage_of_the_first_version_is_a_metric() -> None:
    given = {
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "a"},
        "spec": {"targetCPUUtilizationPercentage": 60},
    }
    target = {"type": "Utilization", "averageUtilization": 60}
    assert _converted(given)["spec"] == {
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    }
    del given["spec"]["targetCPUUtilizationPercentage"]  # type: ignore[attr-defined]
    assert _converted(given)["spec"] == {}


def test_backends_of_an_ingress_have_numbers_and_names() -> None:
    paths = [
        {"path": "/", "backend": {"serviceName": "a", "servicePort": 80}},
        {"backend": {"serviceName": "b", "servicePort": "http"}},
    ]
    given = {
        "apiVersion": "extensions/v1beta1",
        "kind": "Ingress",
        "metadata": {"name": "a"},
        "spec": {"backend": {"serviceName": "c", "servicePort": 1}, "rules": [{"host": "h", "http": {"paths": paths}}]},
    }
    assert _converted(given)["spec"] == {
        "defaultBackend": {"service": {"name": "c", "port": {"number": 1}}},
        "rules": [
            {
                "host": "h",
                "http": {
                    "paths": [
                        {
                            "path": "/",
                            "pathType": "ImplementationSpecific",
                            "backend": {"service": {"name": "a", "port": {"number": 80}}},
                        },
                        {
                            "pathType": "ImplementationSpecific",
                            "backend": {"service": {"name": "b", "port": {"name": "http"}}},
                        },
                    ]
                },
            }
        ],
    }


def test_defaults_that_were_other_ones_are_written_out() -> None:
    pods = {"metadata": {"labels": {"app": "a"}}, "spec": {}}
    given = {
        "apiVersion": "extensions/v1beta1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "spec": {"template": pods},
    }
    spec = _converted(given)["spec"]
    assert spec["selector"] == {"matchLabels": {"app": "a"}}
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 1}


def test_current_versions_stay() -> None:
    (resource,) = bundle_from_text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n")
    assert converted(resource) is resource


@pytest.mark.parametrize(
    ("group", "kind", "today"),
    [
        ("extensions", "Ingress", "networking.k8s.io"),
        ("extensions", "Deployment", "apps"),
        ("apps", "Deployment", "apps"),
    ],
)
def test_groups_of_today(group: str, kind: str, today: str) -> None:
    assert todays_group(GroupVersionKind(group, "v1beta1", kind)) == today
