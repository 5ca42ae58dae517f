"""Amounts of whole Pods: as written, as a running Pod's status says, and as the score counts them."""

from __future__ import annotations

from typing import Any

from kubelens.predict.scheduler.pod_info import read_pod

MI = 2**20


def pod(own: dict[str, str], /, *containers: dict[str, str], **status: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "web"},
        "spec": {
            "resources": {"requests": own},
            "containers": [{"name": f"c{n}", "resources": {"requests": r}} for n, r in enumerate(containers)],
        },
        "status": status,
    }


def test_what_a_status_gives_a_pod_counts_where_it_runs() -> None:
    value = pod({"cpu": "400m"}, {"cpu": "100m"}, allocatedResources={"cpu": "850m"}, resources={})
    assert read_pod(value, placed=True).requests["cpu"] == 850
    assert read_pod(value).requests["cpu"] == 400


def test_a_resize_that_cannot_be_done_leaves_what_is_given() -> None:
    pending = [{"type": "PodResizePending", "status": "True", "reason": "Infeasible"}]
    value = pod({"cpu": "4"}, {"cpu": "100m"}, allocatedResources={"cpu": "500m"}, conditions=pending)
    assert read_pod(value, placed=True).requests["cpu"] == 500


def test_containers_get_no_default_for_what_their_pod_asks_for() -> None:
    value = pod({"cpu": "1"}, {}, {})
    placed, waiting = read_pod(value, placed=True), read_pod(value)
    assert (placed.score_cpu, placed.score_memory) == (1000, 400 * MI)
    assert (waiting.score_cpu, waiting.score_memory) == (200, 400 * MI)


def test_allocated_amounts_count_only_beside_given_ones() -> None:
    one = {"name": "c0", "allocatedResources": {"cpu": "2"}}
    value = {**pod({}, {"cpu": "1"}, containerStatuses=[one])}
    assert read_pod(value, placed=True).requests["cpu"] == 1000
    one["resources"] = {"requests": {"cpu": "1"}}
    assert read_pod(value, placed=True).requests["cpu"] == 2000
