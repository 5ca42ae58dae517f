from __future__ import annotations

from typing import Any

import pytest

from tests.predict.apiserver.judging import pod, warned, workload


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (pod(), set()),
        (pod(imagePullSecrets=[{"name": "a"}, {"name": "a"}]), {"spec.imagePullSecrets[1].name"}),
        (pod({"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}), {"spec.containers[0].env[1]"}),
        (pod({"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}]}), set()),
        (pod({"ports": [{"containerPort": 80}, {"containerPort": 80}]}), {"spec.containers[0].ports[1]"}),
        (pod({"ports": [{"containerPort": 80, "hostIP": "10.0.0.1"}]}), {"spec.containers[0].ports[0]"}),
        (pod({"resources": {"requests": {"memory": "100m"}}}), {"spec.containers[0].resources.requests[memory]"}),
        (pod(nodeSelector={"beta.kubernetes.io/os": "linux"}), {"spec.nodeSelector[beta.kubernetes.io/os]"}),
        (pod(volumes=[{"name": "v", "gitRepo": {"repository": "r"}}]), {"spec.volumes[0].gitRepo"}),
        (pod(volumes=[{"name": "v", "projected": {"sources": [{}]}}]), {""}),
    ],
)
def test_a_pod(value: dict[str, Any], expected: set[str]) -> None:
    assert warned("Pod", value) == expected


def test_a_template_is_warned_of_at_its_place() -> None:
    value = workload()
    value["metadata"]["name"] = "dots.are.ok"
    value["spec"]["template"]["spec"]["imagePullSecrets"] = [{}]
    assert warned("Deployment", value) == {"metadata.name", "spec.template.spec.imagePullSecrets[0].name"}
