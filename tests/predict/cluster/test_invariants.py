"""Whatever is done to a cluster, in whatever order: what never happens."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kubelens.kube.node import Taint
from kubelens.predict.cluster import actions
from kubelens.predict.cluster.actions import Action
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.lots import SeededLots
from kubelens.predict.cluster.pace import KubeletPace
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.seen import Viewer, state_data
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.store.objects import ObjectKey
from kubelens.testing import resources_from_text

NODES = ("node-a", "node-b", "node-c", "node-d")
NAMES = (
    ("Deployment", "web"),
    ("StatefulSet", "db"),
    ("ReplicaSet", "lone"),
    ("DaemonSet", "agent"),
    ("Job", "work"),
    ("CronJob", "tick"),
)


def template(name: str, cpu: int, image: int) -> dict[str, Any]:
    requests = {"requests": {"cpu": f"{cpu}m", "memory": "64Mi"}}
    containers = [{"name": "main", "image": f"{name}:{image}", "resources": requests}]
    return {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers}}


def bundle(cpu: int, replicas: int, quota: int, keep: int, surge: int, min_ready: int = 0) -> list[dict[str, Any]]:
    chosen = {"selector": {"matchLabels": {"app": "web"}}}
    job = template("work", cpu, 1)
    job["spec"]["restartPolicy"] = "Never"
    return [
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "q"},
            "spec": {"hard": {"pods": str(quota)}},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {
                "replicas": replicas,
                "minReadySeconds": min_ready,
                "progressDeadlineSeconds": 150,
                "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": 1}},
                **chosen,
                "template": template("web", cpu, 1),
            },
        },
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": "db"},
            "spec": {
                "replicas": 2,
                "minReadySeconds": min_ready,
                "serviceName": "db",
                "selector": {"matchLabels": {"app": "db"}},
                "template": template("db", cpu, 1),
            },
        },
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "agent"},
            "spec": {"selector": {"matchLabels": {"app": "agent"}}, "template": template("agent", 50, 1)},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {"name": "lone"},
            "spec": {
                "replicas": 2,
                "minReadySeconds": min_ready,
                "selector": {"matchLabels": {"app": "lone"}},
                "template": template("lone", cpu, 1),
            },
        },
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "work"}, "spec": {"template": job}},
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {"name": "tick"},
            "spec": {"schedule": "*/2 * * * *", "jobTemplate": {"spec": {"template": job}}},
        },
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": "web"},
            "spec": {"minAvailable": keep, **chosen},
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        },
    ]


BUNDLES = st.builds(
    bundle,
    st.sampled_from([300, 700, 1100]),
    st.integers(0, 6),
    st.integers(3, 20),
    st.integers(0, 5),
    st.integers(0, 3),
    st.sampled_from([0, 0, 100]),
)
node = st.sampled_from(NODES)
key = st.sampled_from([ObjectKey(kind, "default", name) for kind, name in NAMES])
scalable = st.sampled_from([ObjectKey(kind, "default", name) for kind, name in NAMES[:3]])
imaged = st.sampled_from([ObjectKey(kind, "default", name) for kind, name in NAMES[:5]])


def new_image(target: ObjectKey, image: int) -> Action:
    name = target.name
    return actions.Patch(target, {"spec": {"template": template(name, 50 if name == "agent" else 300, image)}})


ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(actions.Drain, node),
    st.builds(actions.Uncordon, node),
    st.builds(actions.Cordon, node),
    st.builds(actions.LoseNode, node),
    st.builds(actions.FindNode, node),
    st.builds(actions.RemoveNode, node),
    st.builds(actions.Scale, scalable, st.integers(0, 8)),
    st.builds(new_image, imaged, st.integers(2, 4)),
    st.builds(actions.Rollback, st.just(ObjectKey("Deployment", "default", "web"))),
    st.builds(actions.Delete, key, st.sampled_from(["Background", "Foreground"])),
    st.builds(actions.TaintNode, node, st.just(Taint("maintenance", "", "NoExecute"))),
    st.builds(actions.UntaintNode, node, st.just("maintenance")),
    st.builds(actions.AddNode, st.sampled_from(made_up_nodes(["4x2cpu,8Gi"], "a,b"))),
)
PACES = st.builds(
    lambda ready, gone: KubeletPace({"*": ready}, {"*": gone}, {"work:1": 4}),
    st.sampled_from([1, 2, 3, None]),
    st.sampled_from([1, 2, 4]),
)
SCRIPTS = st.lists(st.lists(ACTIONS, max_size=3), min_size=1, max_size=12)


def started(objects: list[dict[str, Any]], pace: KubeletPace, seed: int) -> Cluster:
    cluster = Cluster(pace=pace, lots=SeededLots(seed), seconds=60)
    for value in made_up_nodes(["3x2cpu,8Gi"], "a,b,c"):
        cluster.requests.add_node(value)
    cluster.start(resources_from_text(*map(json.dumps, objects)))
    cluster.cronjobs.begin(datetime(2026, 3, 2, tzinfo=UTC))
    return cluster


def hold_budgets(cluster: Cluster) -> None:
    """From now on an eviction of a Ready Pod that its budget does not allow is an error."""
    take = cluster.budgets.take_one

    def taken(record: PodRecord) -> None:
        assert all(status.allowed > 0 for _, status in cluster.budgets.of(record)), record.key
        take(record)

    cluster.budgets.take_one = taken  # type: ignore[method-assign]


def check(cluster: Cluster) -> None:
    world = cluster.world
    placed = Counter(id(info) for node in cluster.scheduler.nodes.values() for info in node.pods)
    assert all(times == 1 for times in placed.values())
    bound = [r for r in world.pods.values() if r.pod.bound and not r.pod.finished and r.pod.node in world.nodes]
    assert {id(r.info) for r in bound} == set(placed)
    held = [r for r in world.pods.values() if r.pod.bound]
    assert world.on_nodes.on({r.pod.node for r in held}) == held
    resting = world.on_nodes.resting
    assert all(r.rests(world.pace) and r.pod.node in world.nodes for r in resting)
    assert world.on_nodes.awake() == [r for r in held if r not in resting and (r.pod.terminating or not r.pod.finished)]
    for name, node in cluster.scheduler.nodes.items():
        assert {id(r.info) for r in bound if r.pod.node == name} == {id(info) for info in node.pods}
        for resource, amount in node.requested.items():
            assert amount <= node.node.allocatable.get(resource, 0), (name, resource)
    for record in world.pods.values():
        assert record.owner is None or record.owner in world.store or record.pod.terminating
    for stored in world.store:
        assert stored.owner is None or stored.owner in world.store or stored.deleting
    quota = cluster.quotas.used(next(world.resources("ResourceQuota")))
    assert int(quota["pods"]) == sum(not r.pod.finished for r in world.pods.values())
    limit = next(world.resources("ResourceQuota")).spec["hard"]["pods"]
    assert int(quota["pods"]) <= int(limit)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BUNDLES, PACES, SCRIPTS)
def test_what_never_happens(objects: list[dict[str, Any]], pace: KubeletPace, script: list[list[Action]]) -> None:
    cluster = started(objects, pace, 0)
    hold_budgets(cluster)
    check(cluster)
    before = (cluster.world.tick, cluster.world.now)
    for deeds in [*script, [], [], []]:
        cluster.step(deeds)
        check(cluster)
        now = (cluster.world.tick, cluster.world.now)
        assert now > before
        before = now
    ticks = [event.tick for event in cluster.world.events]
    assert ticks == sorted(ticks)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BUNDLES, PACES, SCRIPTS, st.integers(0, 5))
def test_one_seed_is_one_run(
    objects: list[dict[str, Any]], pace: KubeletPace, script: list[list[Action]], seed: int
) -> None:
    one, other = started(objects, pace, seed), started(objects, pace, seed)
    for deeds in script:
        one.step(deeds)
        other.step(deeds)
        assert state_data(one, 0) == state_data(other, 0)
        assert one.world.events == other.world.events


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BUNDLES, PACES, SCRIPTS)
def test_what_is_kept_of_the_state_before_is_as_it_is_now(
    objects: list[dict[str, Any]], pace: KubeletPace, script: list[list[Action]]
) -> None:
    cluster = started(objects, pace, 0)
    viewer = Viewer(cluster)
    for second, deeds in enumerate([*script, [], [], [], []]):
        cluster.step(deeds)
        assert viewer.see(second).data == state_data(cluster, second)
