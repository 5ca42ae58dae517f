"""The rows of ``tables.json``: the Deployment controller's arithmetic on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kubelens.kube.int_or_percent import IntOrPercent
from kubelens.predict.controllers.fenceposts import FencepostError, read_fencepost, resolve_fenceposts
from kubelens.predict.controllers.ticks.cohorts import Cohort, CohortReplicaSet
from kubelens.predict.controllers.ticks.deployment import Deployment
from kubelens.predict.controllers.ticks.pace import Pace

Row = Mapping[str, Any]


def _fencepost(value: object) -> IntOrPercent | None:
    return None if value is None else read_fencepost(value)


def _fenceposts(row: Row) -> tuple[Any, Any]:
    theirs = (row["expectSurge"], row["expectUnavailable"], row["expectError"])
    try:
        surge, unavailable = resolve_fenceposts(
            _fencepost(row["maxSurge"]), _fencepost(row["maxUnavailable"]), row["desired"]
        )
    except FencepostError:
        return theirs, (0, 0, True)
    return theirs, (surge, unavailable, False)


def _deployment(row: Row, old: int, new: int | None, ready_old: int = 0, ready_new: int = 0) -> Deployment:
    strategy = {"rollingUpdate": {"maxSurge": row.get("maxSurge", 0), "maxUnavailable": row.get("maxUnavailable", 0)}}
    value = {
        "spec": {"replicas": row.get("deploymentReplicas", 10), "strategy": strategy, "template": {"metadata": {}}}
    }
    deployment = Deployment(value, Pace(), lambda _: "new")
    deployment.sets.append(_replicaset("old", "old", 0, old, ready_old))
    if new is not None:
        deployment.sets.append(_replicaset("new", deployment.spec.template, 1, new, ready_new))
    return deployment


def _replicaset(
    name: str, template: str, created: int, size: int, ready: int, before: int = 0, bound: int = 0
) -> CohortReplicaSet:
    rs = CohortReplicaSet(name, template, created, size, created, before, bound)
    rs.live = [Cohort(ready, 1, 0), Cohort(size - ready, 1)] if ready < size else [Cohort(ready, 1, 0)]
    return rs


def _reconcile_new(row: Row) -> tuple[Any, Any]:
    deployment = _deployment(row, row["oldReplicas"], row["newReplicas"])
    new = deployment.new
    assert new is not None
    scaled = deployment.grow_new(new)
    return (row["scaleExpected"], row["expectedNewReplicas"]), (scaled, new.replicas if scaled else None)


def _reconcile_old(row: Row) -> tuple[Any, Any]:
    deployment = _deployment(
        row, row["oldReplicas"], row["newReplicas"], row["readyPodsFromOldRS"], row["readyPodsFromNewRS"]
    )
    new = deployment.new
    assert new is not None
    scaled = deployment.shrink_old(new, 0)
    return (row["scaleExpected"], row["expectedOldReplicas"]), (scaled, deployment.sets[0].replicas if scaled else None)


def _clean_up(row: Row) -> tuple[Any, Any]:
    deployment = _deployment(row, row["oldReplicas"], None, row["readyPods"])
    return row["cleanupCountExpected"], deployment.clean_up_unhealthy(row["maxCleanupCount"], 0)


def _scale_down(row: Row) -> tuple[Any, Any]:
    deployment = _deployment(row, row["oldReplicas"], None)
    deployment.sets[0].live = [Cohort(row["readyPods"], 1, 0)]
    scaled = deployment.scale_down_old(0) > 0
    return (row["scaleExpected"], row["expectedOldReplicas"]), (scaled, deployment.sets[0].replicas if scaled else None)


def _scale(row: Row) -> tuple[Any, Any]:
    wanted, before = row["deployment"], row["oldDeployment"]
    rolling = {"maxSurge": wanted["surge"], "maxUnavailable": wanted["unav"]}
    value = {"spec": {"replicas": wanted["replicas"], "strategy": {"rollingUpdate": rolling}, "template": {}}}
    deployment = Deployment(value, Pace(), lambda _: "new")
    entries = [*((rs, deployment.spec.template) for rs in row["newRS"]), *((rs, rs["name"]) for rs in row["oldRSs"])]
    for rs, template in sorted(entries, key=lambda pair: pair[0]["created"]):
        noted = row["annOverride"].get(rs["name"], before["replicas"])
        found = _replicaset(rs["name"], template, rs["created"], rs["size"], 0, noted, noted + before["surge"])
        deployment.sets.append(found)
    deployment.scale(0)
    theirs = {rs["name"]: rs["size"] for rs in (*row["expectedNew"], *row["expectedOld"])}
    return theirs, {rs.revision: rs.replicas for rs in deployment.sets}


TABLES: Final[Mapping[str, Callable[[Row], tuple[Any, Any]]]] = {
    "resolveFenceposts": _fenceposts,
    "reconcileNewReplicaSet": _reconcile_new,
    "reconcileOldReplicaSets": _reconcile_old,
    "cleanupUnhealthyReplicas": _clean_up,
    "scaleDownOldReplicaSets": _scale_down,
    "proportionalScale": _scale,
}
