"""Quotas and classes that are there already."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubelens.kube.identity import GroupVersionKind
from kubelens.predict.apiserver.request import Request, answer
from tests.predict.apiserver.judging import pod

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n"
POD = GroupVersionKind("", "v1", "Pod")
CLASS = GroupVersionKind("scheduling.k8s.io", "v1", "PriorityClass")
AUTOSCALER = GroupVersionKind("autoscaling", "v2", "HorizontalPodAutoscaler")


def quota(hard: dict[str, str], used: dict[str, str] | None = None) -> str:
    none = dict.fromkeys(hard, "0")
    status = {"hard": hard, "used": {**none, **(used or {})}}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "q"},
            "spec": {"hard": hard},
            "status": status,
        }
    )


def denied(gvk: GroupVersionKind, obj: dict[str, Any], *there: str) -> str:
    found = answer(Request(gvk=gvk, body=json.dumps(obj).encode(), context=(NAMESPACE, *there)))
    assert found.accepted or found.denied_by, found.causes
    return found.denied_by


@pytest.mark.parametrize(
    ("container", "spec", "hard", "right"),
    [
        ({}, {}, {"requests.ephemeral-storage": "1Gi"}, True),
        ({}, {}, {"requests.cpu": "1"}, False),
        ({}, {"resources": {"requests": {"memory": "1Gi"}}}, {"requests.cpu": "1"}, True),
        ({"resources": {"requests": {"cpu": "2"}}}, {}, {"requests.cpu": "1"}, False),
    ],
)
def test_what_a_pod_has_to_say(
    container: dict[str, Any],
    spec: dict[str, Any],
    hard: dict[str, str],
    right: bool,  # noqa: FBT001
) -> None:
    assert denied(POD, pod(container, **spec), quota(hard)) == ("" if right else "ResourceQuota")


def test_objects_of_any_kind_can_be_counted() -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    scaler = {"metadata": {"name": "a"}, "spec": {"maxReplicas": 2, "scaleTargetRef": target}}
    assert denied(AUTOSCALER, scaler, quota({"count/horizontalpodautoscalers.autoscaling": "0"})) == "ResourceQuota"
    assert not denied(AUTOSCALER, scaler, quota({"count/horizontalpodautoscalers.autoscaling": "1"}))


def test_one_priority_class_is_the_default() -> None:
    there = (
        "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: a}\nvalue: 1\nglobalDefault: true\n"
    )
    new = {"metadata": {"name": "b"}, "value": 2, "globalDefault": True}
    assert denied(CLASS, new, there) == "Priority"
    assert not denied(CLASS, {**new, "globalDefault": False}, there)
