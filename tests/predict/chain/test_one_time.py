"""Pods that come to an end, and DaemonSets, among quotas: what is there at one time."""

from __future__ import annotations

import json

from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed, Schedule
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.testing import bundle_from_text

NODES = tuple(json.dumps(node) for node in made_up_nodes(["3x4cpu,16Gi"]))
SPEC = "restartPolicy: Never, containers: [{name: c, image: x:1}]"
CRON = f"""
---
apiVersion: batch/v1
kind: CronJob
metadata: {{name: night}}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {{spec: {{parallelism: 2, completions: 6, template: {{spec: {{{SPEC}}}}}}}}}
"""
JOB = f"""
---
apiVersion: batch/v1
kind: Job
metadata: {{name: load}}
spec: {{parallelism: 3, completions: 3, template: {{spec: {{{SPEC}}}}}}}
"""
AGENT = """
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: c, image: x:1}]}}
"""
WEB = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x:1}]}}
"""


def quota(pods: int) -> str:
    return f"""
---
apiVersion: v1
kind: ResourceQuota
metadata: {{name: team}}
spec: {{hard: {{pods: "{pods}"}}}}
"""


def schedule(text: str, nodes: tuple[str, ...] = NODES) -> Schedule:
    return Oracle(bundle_from_text(text))(Placed(nodes)).answer


def counts(found: Schedule) -> dict[str, int]:
    kinds = [p.owner.kind for p in found.placements if p.owner is not None]
    return {kind: kinds.count(kind) for kind in kinds}


def test_one_run_of_a_cron_job_is_placed_and_said() -> None:
    found = schedule(CRON + JOB)
    assert counts(found) == {"CronJob": 2, "Job": 3}
    assert any("one run of CronJob 'default/night'" in text for text in found.assumptions)
    assert any("2 of the 6 Pods" in text for text in found.assumptions)


def test_a_job_with_all_its_pods_at_once_takes_nothing_for_granted() -> None:
    assert not any("one time" in text for text in schedule(JOB).assumptions)


def test_a_suspended_cron_job_is_named_and_brings_none() -> None:
    found = schedule(CRON.replace("schedule:", "suspend: true\n  schedule:"))
    assert not found.placements
    assert [why for _, why in found.idle] == ["it is suspended"]
    assert not any("one run" in text for text in found.assumptions)


def test_daemonsets_count_in_quotas_where_nodes_are_known() -> None:
    found = schedule(quota(2) + AGENT)
    assert counts(found) == {"DaemonSet": 2}
    assert "1 of 3 Pods of DaemonSet 'default/agent' are not created" in found.kept_out[0][1]


def test_all_pods_that_stay_are_within_the_quota_together_and_those_of_a_job_beside_what_comes_before() -> None:
    """A Job's Pods end and give back their room, so that they keep nothing from others for good."""
    for pods in range(1, 12):
        found = schedule(quota(pods) + CRON + AGENT + JOB + WEB)
        of_job = counts(found).get("Job", 0)
        assert len(found.placements) - of_job == min(pods, 7)
        assert of_job == min(max(pods - 3, 0), 3)
        later = [text for text in found.assumptions if "Jobs that share a ResourceQuota" in text]
        assert bool(later) == (3 < pods < 10)
        wanted = {"CronJob": 2, "DaemonSet": 3, "Job": 3, "Deployment": 2}
        short = {owner.kind for owner, _ in found.cut_short}
        assert short == {kind for kind, number in wanted.items() if counts(found).get(kind, 0) < number}


def test_a_run_of_a_cron_job_finds_what_the_others_leave() -> None:
    found = schedule(quota(3) + CRON + WEB)
    assert counts(found) == {"CronJob": 1, "Deployment": 2}
    assert "1 of 2 Pods of a run of CronJob 'default/night' have to wait" in found.kept_out[0][1]
