"""A budget whose selector takes in Pods of hooks: those that a tool deletes once they succeeded keep nobody waiting."""

from __future__ import annotations

import pytest

from kubelens.rules.rollout.pdb_blocks_drain import check
from kubelens.testing import findings_of

BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ferry}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: ferry}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ferry}
spec:
  replicas: 2
  selector: {matchLabels: {app: ferry}}
  template:
    metadata: {labels: {app: ferry}}
    spec: {containers: [{name: ferry, image: ferry:1.0}]}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: launch
  annotations: {ANNOTATIONS}
spec:
  template:
    metadata: {labels: {app: ferry}}
    spec: {restartPolicy: Never, containers: [{name: launch, image: ferry:1.0}]}
"""


@pytest.mark.parametrize(
    "annotations",
    [
        "{helm.sh/hook: pre-install, helm.sh/hook-delete-policy: 'before-hook-creation,hook-succeeded'}",
        "{argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}",
        "{helm.sh/hook: test}",
    ],
)
def test_pods_of_hooks_that_go_once_they_succeeded_count_for_no_budget(annotations: str) -> None:
    assert findings_of(check, BUDGET.replace("{ANNOTATIONS}", annotations)) == ()


@pytest.mark.parametrize(
    "annotations",
    [
        "{}",
        "{helm.sh/hook: pre-install}",
        "{helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-failed}",
        "{helm.sh/hook-delete-policy: hook-succeeded}",
    ],
)
def test_pods_of_jobs_that_stay_leave_the_budget_without_a_number(annotations: str) -> None:
    (finding,) = findings_of(check, BUDGET.replace("{ANNOTATIONS}", annotations))
    assert "'ferry' lets no Pod go of Deployment ferry, Job launch" in finding.message


AGENTS = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: gulls}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {bird: gull}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: gulls}
spec:
  selector: {matchLabels: {bird: gull}}
  template:
    metadata: {labels: {bird: gull}}
    spec: {containers: [{name: gull, image: gull:1.0}]}
"""


def test_a_drain_waits_for_no_pod_of_a_daemon_set() -> None:
    """It leaves them, whatever their budget allows; other Pods of that budget stay for want of its numbers."""
    assert findings_of(check, AGENTS) == ()
    other = BUDGET.replace("{ANNOTATIONS}", "{}").partition("---\n")[2].replace("app: ferry", "bird: gull")
    (found,) = findings_of(check, f"{AGENTS}---\n{other}")
    assert found.message.startswith("the budget 'gulls' lets no Pod go of Deployment ferry, Job launch:")


def test_a_workload_without_pods_does_not_keep_them() -> None:
    refused = BUDGET.replace("{ANNOTATIONS}", "{}").replace("replicas: 2", "replicas: -2")
    (found,) = findings_of(check, refused)
    assert [related.place.document for related in found.related] == [2]
