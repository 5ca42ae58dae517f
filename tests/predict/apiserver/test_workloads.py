from __future__ import annotations

from typing import Any

import pytest

from tests.predict.apiserver.judging import blamed, blamed_change, workload

UNREADABLE = {"matchExpressions": [{"key": "a", "operator": "in"}]}
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"])
def test_selector_and_template(kind: str) -> None:
    assert blamed(kind, workload()) == set()
    assert blamed(kind, workload(selector={"matchLabels": {"app": "x"}})) == {
        ("spec.template.metadata.labels", "Invalid")
    }
    found = blamed(kind, workload(selector=UNREADABLE))
    expected = {("spec.selector.matchExpressions[0].operator", "Invalid")}
    assert found == expected | ({("spec.selector", "Invalid")} if kind != "DaemonSet" else set())


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"])
def test_pods_are_kept_running(kind: str) -> None:
    value = workload()
    value["spec"]["template"]["spec"].update(restartPolicy="Never", activeDeadlineSeconds=5)
    assert blamed(kind, value) == {
        ("spec.template.spec.restartPolicy", "NotSupported"),
        ("spec.template.spec.activeDeadlineSeconds", "Forbidden"),
    }


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Deployment", {"strategy": {"type": "Rolling"}}, {("strategy", "NotSupported")}),
        (
            "Deployment",
            {"strategy": {"type": "Recreate", "rollingUpdate": {}}},
            {("strategy.rollingUpdate", "Forbidden")},
        ),
        (
            "Deployment",
            {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}},
            {("strategy.rollingUpdate.maxUnavailable", "Invalid")},
        ),
        ("Deployment", {"minReadySeconds": 700}, {("progressDeadlineSeconds", "Invalid")}),
        (
            "DaemonSet",
            {"updateStrategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}},
            {("updateStrategy.rollingUpdate.maxSurge", "Invalid")},
        ),
        (
            "DaemonSet",
            {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0}}},
            {("updateStrategy.rollingUpdate.maxUnavailable", "Required")},
        ),
        ("StatefulSet", {"podManagementPolicy": "parallel"}, {("podManagementPolicy", "Invalid")}),
        (
            "StatefulSet",
            {"updateStrategy": {"type": "OnDelete", "rollingUpdate": {}}},
            {("updateStrategy.rollingUpdate", "Invalid")},
        ),
        ("StatefulSet", {"serviceName": "a.b"}, {("serviceName", "Invalid")}),
        ("StatefulSet", {"ordinals": {"start": -1}}, {("ordinals.start", "Invalid")}),
    ],
)
def test_a_spec(kind: str, spec: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert blamed(kind, workload(**spec)) == {(f"spec.{field}", reason) for field, reason in expected}


def test_claims_of_a_stateful_set_are_volumes_of_its_pods() -> None:
    value = workload(volumeClaimTemplates=[CLAIM])
    mounts = [{"name": "data", "mountPath": "/d"}]
    value["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] = mounts
    assert blamed("StatefulSet", value) == set()
    value["spec"]["volumeClaimTemplates"] = []
    assert blamed("StatefulSet", value) == {("spec.template.spec.containers[0].volumeMounts[0].name", "NotFound")}


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "DaemonSet"])
def test_the_selector_stays(kind: str) -> None:
    new = workload(selector={"matchLabels": {"app": "b"}})
    new["spec"]["template"]["metadata"]["labels"] = {"app": "b"}
    assert blamed_change(kind, workload(), new) == {("spec.selector", "Invalid")}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"replicas": 3, "minReadySeconds": 1, "revisionHistoryLimit": 2}, set()),
        ({"serviceName": "other"}, {("spec", "Forbidden")}),
        ({"volumeClaimTemplates": [CLAIM]}, {("spec", "Forbidden")}),
    ],
)
def test_what_of_a_stateful_set_can_change(spec: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert blamed_change("StatefulSet", workload(), workload(**spec)) == expected


WRITTEN_OTHERWISE = {**CLAIM, "spec": {**CLAIM["spec"], "resources": {"requests": {"storage": "1024Mi"}}}}


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("StatefulSet", {}, {"volumeClaimTemplates": []}),
        ("StatefulSet", {"volumeClaimTemplates": [CLAIM]}, {"volumeClaimTemplates": [WRITTEN_OTHERWISE]}),
        ("Deployment", {}, {"selector": {"matchLabels": {"app": "web"}, "matchExpressions": []}}),
    ],
)
def test_what_is_written_otherwise_is_no_change(kind: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert blamed_change(kind, workload(**after), workload(**before)) == set()
