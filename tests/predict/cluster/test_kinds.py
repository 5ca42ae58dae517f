"""Kinds with controllers of their own: CronJobs, lone ReplicaSets, ReplicationControllers; what ends of itself."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from kubelens.predict.cluster.actions import Apply, Delete, DeletePod, Patch, Scale
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.pace import KubeletPace
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.store.objects import FOREGROUND, ObjectKey
from kubelens.testing import resources_from_text

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
POD = "{restartPolicy: Never, containers: [{name: main, image: 'report:1', resources: {requests: {cpu: 100m}}}]}"
CRON = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "* * * * *"
  concurrencyPolicy: POLICY
  successfulJobsHistoryLimit: 2
  jobTemplate: {spec: {template: {spec: %s}}}
""".replace("%s", POD)
REPLICAS = """
apiVersion: VERSION
kind: KIND
metadata: {name: old}
spec:
  replicas: 3
  selector: SELECTOR
  template:
    metadata: {labels: {app: old, track: a}}
    spec: {containers: [{name: main, image: "old:1", resources: {requests: {cpu: 100m}}}]}
"""
REPLICASET = (
    REPLICAS.replace("VERSION", "apps/v1")
    .replace("KIND", "ReplicaSet")
    .replace("SELECTOR", "{matchLabels: {app: old}}")
)
CONTROLLER = (
    REPLICAS.replace("VERSION", "v1").replace("KIND", "ReplicationController").replace("SELECTOR", "{app: old}")
)


def cluster_of(*texts: str, pace: KubeletPace | None = None) -> Cluster:
    cluster = Cluster(pace=pace)
    for node in made_up_nodes(["3x2cpu,8Gi"], "a,b,c"):
        cluster.requests.add_node(node)
    cluster.start(resources_from_text(*texts))
    return cluster


def steps(cluster: Cluster, count: int) -> Cluster:
    for _ in range(count):
        cluster.step()
    return cluster


def jobs(cluster: Cluster) -> list[str]:
    return [w.key.name for w in cluster.workloads if w.key.kind == "Job"]


def reasons(cluster: Cluster) -> Counter[str]:
    return Counter(event.reason for event in cluster.world.events)


def minute(number: int) -> str:
    return f"report-{int(MIDNIGHT.timestamp()) // 60 + number}"


def cron(policy: str, runs_for: int, ticks: int) -> Cluster:
    cluster = cluster_of(CRON.replace("POLICY", policy), pace=KubeletPace(succeed_after={"report:1": runs_for}))
    cluster.cronjobs.begin(MIDNIGHT)
    return steps(cluster, ticks)


def test_a_cron_job_runs_by_its_schedule_and_keeps_its_history() -> None:
    cluster = cron("Allow", 2, 29)
    assert jobs(cluster) == [minute(3), minute(4)]
    assert reasons(cluster)["SuccessfulCreate"] == 4
    assert reasons(cluster)["SuccessfulDelete"] == 2


def test_runs_may_overlap() -> None:
    assert jobs(cron("Allow", 30, 19)) == [minute(1), minute(2), minute(3)]


def test_a_run_is_skipped_while_another_is_on_and_made_good_when_it_ends() -> None:
    cluster = cron("Forbid", 15, 18)
    assert jobs(cluster) == [minute(1)]
    assert reasons(cluster)["JobAlreadyActive"] == 2
    steps(cluster, 4)
    assert jobs(cluster) == [minute(1), minute(3)]


def test_a_run_replaces_the_one_before() -> None:
    cluster = cron("Replace", 30, 13)
    assert jobs(cluster) == [minute(2)]
    assert {r.owner for r in cluster.world.pods.values()} == {ObjectKey("Job", "default", minute(2))}


def test_a_suspended_cron_job_does_not_run() -> None:
    cluster = cluster_of(CRON.replace("POLICY", "Allow"))
    cluster.cronjobs.begin(MIDNIGHT)
    cluster.step([Patch(ObjectKey("CronJob", "default", "report"), {"spec": {"suspend": True}})])
    assert jobs(steps(cluster, 12)) == []


def test_deleting_a_cron_job_takes_its_jobs_and_their_pods_along() -> None:
    cluster = cron("Allow", 30, 13)
    assert len(cluster.world.pods) == 2
    cluster.step([Delete(ObjectKey("CronJob", "default", "report"))])
    steps(cluster, 3)
    assert jobs(cluster) == []
    assert not cluster.world.pods


@pytest.mark.parametrize("text", [REPLICASET, CONTROLLER], ids=["ReplicaSet", "ReplicationController"])
def test_a_lone_replica_set_keeps_its_number(text: str) -> None:
    cluster = steps(cluster_of(text), 1)
    key = next(iter(cluster.workloads)).key
    counters = {"replicas": 3, "fullyLabeledReplicas": 3, "readyReplicas": 3, "availableReplicas": 3}
    assert next(iter(cluster.workloads)).status() == counters
    pod = next(iter(cluster.world.pods.values()))
    cluster.step([DeletePod("default", pod.key.name)])
    steps(cluster, 2)
    assert len(cluster.world.pods) == 3
    cluster.step([Scale(key, 1)])
    steps(cluster, 2)
    assert len(cluster.world.pods) == 1


def test_a_new_template_of_a_lone_replica_set_counts_for_new_pods_alone() -> None:
    cluster = steps(cluster_of(REPLICASET), 1)
    key = ObjectKey("ReplicaSet", "default", "old")
    labels = {"app": "old", "track": "b"}
    cluster.step([Patch(key, {"spec": {"replicas": 4, "template": {"metadata": {"labels": labels}}}})])
    steps(cluster, 1)
    assert Counter(r.revision for r in cluster.world.pods.values()) == {1: 3, 2: 1}
    assert next(iter(cluster.workloads)).status()["fullyLabeledReplicas"] == 1


def test_a_bare_pod_with_the_labels_of_a_replica_set_is_taken_on_and_goes_as_one_too_many() -> None:
    cluster = steps(cluster_of(REPLICASET), 1)
    bare = "apiVersion: v1\nkind: Pod\nmetadata: {name: debug, labels: {app: old}}\nspec: {containers: [{name: m, image: d}]}"
    cluster.step([Apply(resources_from_text(bare)[0])])
    steps(cluster, 2)
    assert len(cluster.world.pods) == 3
    assert all(r.owner == ObjectKey("ReplicaSet", "default", "old") for r in cluster.world.pods.values())
    assert "debug" not in {r.key.name for r in cluster.world.pods.values()}


def test_a_namespace_goes_with_all_it_holds_and_takes_nothing_new() -> None:
    text = REPLICASET.replace("name: old", "name: old, namespace: shop")
    cluster = steps(cluster_of("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}", text), 1)
    cluster.step(
        [Delete(ObjectKey("Namespace", "", "shop")), Apply(resources_from_text(text.replace("old", "new"))[0])]
    )
    assert "being terminated" in cluster.requests.refused[0][1]
    assert ObjectKey("Namespace", "", "shop") in cluster.world.store
    steps(cluster, 3)
    assert not cluster.world.pods
    assert ObjectKey("Namespace", "", "shop") not in cluster.world.store


def test_what_nobody_finishes_stays() -> None:
    held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, finalizers: [example.org/keep]}"
    cluster = cluster_of(held)
    cluster.step([Delete(ObjectKey("ConfigMap", "default", "kept"))])
    stored = steps(cluster, 3).world.store.get(ObjectKey("ConfigMap", "default", "kept"))
    assert stored is not None
    assert stored.deleting


JOB = f"""
apiVersion: batch/v1
kind: Job
metadata: {{name: once}}
spec: {{backoffLimit: 2, FIELDS template: {{spec: {POD}}}}}
"""


def test_a_job_that_lasts_too_long_fails() -> None:
    cluster = steps(cluster_of(JOB.replace("FIELDS", "activeDeadlineSeconds: 60,")), 9)
    assert "Failed=True:DeadlineExceeded" in next(iter(cluster.workloads)).conditions()
    assert not cluster.world.pods


def test_a_failing_job_waits_longer_and_longer() -> None:
    cluster = cluster_of(JOB.replace("FIELDS", ""), pace=KubeletPace(fail_after={"report:1": 1}))
    made: list[int] = []
    for tick in range(12):
        made += [tick] * (len(cluster.world.pods) - len(made))
        cluster.step()
    assert made == [0, 2, 5]
    assert "Failed=True:BackoffLimitExceeded" in next(iter(cluster.workloads)).conditions()


def test_a_finished_job_goes_after_its_time() -> None:
    text = JOB.replace("FIELDS", "ttlSecondsAfterFinished: 50,")
    cluster = steps(cluster_of(text, pace=KubeletPace(succeed_after={"report:1": 2})), 6)
    assert jobs(cluster) == ["once"]
    assert jobs(steps(cluster, 3)) == []


CLAIMS = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: "db:1"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], storageClassName: local, resources: {requests: {storage: 1Gi}}}
"""
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: disks}
spec: {hard: {persistentvolumeclaims: "2"}}
"""
VOLUMES = "---".join(
    f"""
apiVersion: v1
kind: PersistentVolume
metadata: {{name: disk-{number}}}
spec:
  capacity: {{storage: 1Gi}}
  accessModes: [ReadWriteOnce]
  storageClassName: local
  persistentVolumeReclaimPolicy: Retain
  hostPath: {{path: /disk}}
"""
    for number in range(3)
)


def test_a_quota_of_claims_stops_a_stateful_set() -> None:
    cluster = steps(cluster_of(QUOTA, VOLUMES, CLAIMS), 8)
    assert len(cluster.world.pods) == 2
    failed = next(event for event in cluster.world.events if event.reason == "FailedCreate")
    assert 'persistentvolumeclaims "data-db-2" is forbidden: exceeded quota: disks' in failed.message


def test_a_volume_that_is_retained_is_nobodys_after_its_claim() -> None:
    cluster = steps(cluster_of(VOLUMES, CLAIMS), 8)
    key = ObjectKey("StatefulSet", "default", "db")
    cluster.step([Scale(key, 2)])
    steps(cluster, 4)
    cluster.step([Scale(key, 3)])
    steps(cluster, 4)
    waiting = [r for r in cluster.world.pods.values() if not r.pod.bound]
    assert [r.key.name for r in waiting] == ["db-2"]


def test_a_claim_stays_while_a_pod_has_it() -> None:
    cluster = steps(cluster_of(VOLUMES, CLAIMS), 8)
    claim = ObjectKey("PersistentVolumeClaim", "default", "data-db-1")
    cluster.step([Delete(claim)])
    steps(cluster, 3)
    assert claim in cluster.world.store


def test_a_workload_that_goes_with_its_pods_first_makes_none_anew() -> None:
    waiting = REPLICASET.replace("cpu: 100m", "cpu: 64")
    cluster = steps(cluster_of(waiting), 1)
    cluster.step([Delete(ObjectKey("ReplicaSet", "default", "old"), FOREGROUND)])
    assert not cluster.world.pods
    assert not list(cluster.workloads)
