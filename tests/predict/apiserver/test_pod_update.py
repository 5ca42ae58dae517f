from __future__ import annotations

from typing import Any

import pytest

from tests.predict.apiserver.judging import blamed_change, pod

TOLERATION = {"key": "a", "operator": "Exists"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (pod(), pod({"image": "app:2"}), set()),
        (pod(), pod({"image": "app"}), set()),
        (pod(), pod({"imagePullPolicy": "Always"}), {("spec", "Forbidden")}),
        (pod(), pod({"args": ["-v"]}), {("spec", "Forbidden")}),
        (pod(), pod(nodeName="n"), {("spec", "Forbidden")}),
        (pod(), pod(activeDeadlineSeconds=9), set()),
        (pod(activeDeadlineSeconds=9), pod(activeDeadlineSeconds=10), {("spec.activeDeadlineSeconds", "Invalid")}),
        (pod(activeDeadlineSeconds=9), pod(), {("spec.activeDeadlineSeconds", "Invalid")}),
        (pod(), pod(tolerations=[TOLERATION]), set()),
        (pod(tolerations=[TOLERATION]), pod(), {("spec.tolerations", "Forbidden")}),
        (pod(schedulingGates=[{"name": "a"}]), pod(), set()),
        (pod(), pod(schedulingGates=[{"name": "a"}]), {("spec.schedulingGates[0].name", "Forbidden")}),
        (pod(), pod(initContainers=[{"name": "i", "image": "a"}]), {("spec.initContainers", "Forbidden")}),
    ],
)
def test_what_of_a_pod_can_change(
    before: dict[str, Any], after: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert blamed_change("Pod", before, after) == expected


def test_a_gated_pod_may_narrow_where_it_runs() -> None:
    gates = [{"name": "a"}]
    before = pod(schedulingGates=gates, nodeSelector={"a": "b"})
    assert blamed_change("Pod", before, pod(schedulingGates=gates, nodeSelector={"a": "b", "c": "d"})) == set()
    found = blamed_change("Pod", before, pod(schedulingGates=gates, nodeSelector={"c": "d"}))
    assert found == {("spec.nodeSelector", "Invalid")}
