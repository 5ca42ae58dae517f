"""A Deployment under a quota of Pods: the API server forbids what is beyond it, and Pods going away still count."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.controllers.rollout.rollout import Rollout, RolloutOf
from kubelens.predict.controllers.ticks.timeline import End
from kubelens.testing import bundle_from_text

_MILL = """\
apiVersion: v1
kind: ResourceQuota
metadata: {name: sacks, namespace: mill}
spec: {hard: {pods: "ALLOWED"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stones, namespace: mill}
spec:
  replicas: 4
  strategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: UNAVAILABLE}}
  selector: {matchLabels: {app: stones}}
  template:
    metadata: {labels: {app: stones}}
    spec: {containers: [{name: stones, image: "mill/stones:1"}]}
"""


def _rollout(allowed: int, unavailable: int = 0, *, edited: bool) -> Rollout:
    bundle = bundle_from_text(_MILL.replace("ALLOWED", str(allowed)).replace("UNAVAILABLE", str(unavailable)))
    there = bundle.get("Deployment", "mill", "stones")
    assert there is not None
    if not edited:
        return Oracle(bundle)(RolloutOf(there)).answer
    text = (
        _MILL.replace("ALLOWED", str(allowed)).replace("UNAVAILABLE", str(unavailable)).replace("stones:1", "stones:2")
    )
    after = bundle_from_text(text)
    new = after.get("Deployment", "mill", "stones")
    assert new is not None
    return Oracle(after)(RolloutOf(new, there)).answer


def _most(rollout: Rollout) -> int:
    assert rollout.timeline is not None
    return rollout.timeline.max_with_terminating


@pytest.mark.parametrize(
    ("allowed", "unavailable", "edited", "most", "end"),
    [
        (1, 0, False, 1, End.STUCK),
        (3, 0, False, 3, End.STUCK),
        (4, 0, False, 4, End.DONE),
        (9, 0, False, 4, End.DONE),
        (4, 0, True, 4, End.STUCK),
        (4, 1, True, 4, End.DONE),
        (5, 0, True, 5, End.DONE),
        (9, 0, True, 8, End.DONE),
    ],
)
def test_no_more_pods_are_there_than_the_quota_allows(
    allowed: int, unavailable: int, edited: bool, most: int, end: End
) -> None:
    found = _rollout(allowed, unavailable, edited=edited)
    assert found.timeline is not None
    assert (_most(found), found.timeline.end) == (most, end)
    assert ("ResourceQuota 'sacks'" in found.stuck) == (end is End.STUCK)


def test_the_condition_tells_that_pods_are_forbidden() -> None:
    stuck, done = _rollout(3, edited=False).timeline, _rollout(4, edited=False).timeline
    assert stuck is not None
    assert done is not None
    assert "ReplicaFailure=True:FailedCreate" in stuck.last.conditions
    assert not any("ReplicaFailure" in condition for condition in done.last.conditions)
