"""Policies that refuse single Pods of a workload by name or number."""

from __future__ import annotations

import pytest

from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.quota_room import CutShort
from kubelens.predict.controllers.rollout.rollout import RolloutOf
from kubelens.predict.controllers.ticks.timeline import End
from kubelens.testing import bundle_from_text

RULES = '{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}'
POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: doors}
spec:
  failurePolicy: Fail
  matchConstraints: {resourceRules: [RULES]}
  validations: [{expression: "EXPRESSION", message: the door is shut}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: doors}
spec: {policyName: doors, validationActions: [Deny]}
---
"""
SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: cask, namespace: cellar}
spec:
  replicas: 6
  serviceName: cask
  podManagementPolicy: POLICY
  selector: {matchLabels: {app: cask}}
  template:
    metadata: {labels: {app: cask}}
    spec: {containers: [{name: main, image: "cellar/cask:1"}]}
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: press, namespace: cellar}
spec:
  completionMode: Indexed
  completions: 3
  parallelism: 3
  template:
    spec: {restartPolicy: Never, containers: [{name: main, image: "cellar/press:1"}]}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: tap, namespace: cellar}
spec:
  replicas: 2
  selector: {matchLabels: {app: tap}}
  template:
    metadata: {labels: {app: tap}}
    spec: {containers: [{name: main, image: "cellar/tap:1"}]}
"""


def asked(expression: str, text: str) -> tuple[Oracle, Resource]:
    """Everything, and the workload in it."""
    policy = POLICY.replace("RULES", RULES).replace("EXPRESSION", expression)
    bundle = bundle_from_text(policy + text)
    (resource,) = (one for kind in ("StatefulSet", "Job", "Deployment") for one in bundle.all(kind))
    return Oracle(bundle), resource


@pytest.mark.parametrize(
    ("how", "expression", "made"),
    [
        ("OrderedReady", "object.metadata.name != 'cask-3'", (0, 1, 2)),
        ("OrderedReady", "request.name != 'cask-1'", (0,)),
        ("Parallel", "object.metadata.name != 'cask-1'", (0, 2)),
        ("Parallel", "object.metadata.name != 'cask-4'", (0, 1, 2, 3, 5)),
        ("OrderedReady", "object.metadata.labels['apps.kubernetes.io/pod-index'] != '2'", (0, 1)),
    ],
)
def test_a_statefulset_has_the_pods_before_one_that_is_refused(
    how: str, expression: str, made: tuple[int, ...]
) -> None:
    ask, resource = asked(expression, SET.replace("POLICY", how))
    pods = ask(Admitted(resource)).answer
    assert pods.denial is None
    assert pods.cut is not None
    assert pods.cut.made == made
    ((owner, told),) = ask(CutShort()).answer
    assert owner is resource
    assert told.startswith(f"{6 - len(made)} of 6 Pods of StatefulSet 'cellar/cask' are not created: cask-")
    rollout = ask(RolloutOf(resource)).answer
    assert rollout.end is End.STUCK
    assert rollout.timeline is not None
    assert rollout.timeline.last.ready == len(made)


def test_the_first_that_is_refused_keeps_all_from_coming() -> None:
    ask, resource = asked("object.metadata.name != 'cask-0'", SET.replace("POLICY", "OrderedReady"))
    assert "the door is shut" in ask(Admitted(resource)).answer.refusal


def test_an_indexed_job_lacks_the_index_that_is_refused() -> None:
    ask, resource = asked("!has(object.spec.hostname) || object.spec.hostname != 'press-1'", JOB)
    cut = ask(Admitted(resource)).answer.cut
    assert cut is not None
    assert cut.made == (0, 2)
    rollout = ask(RolloutOf(resource))
    assert rollout.answer.end is not End.DONE
    assert any("press-1 is refused" in reason.text for reason in rollout.reasons)


@pytest.mark.parametrize("text", [DEPLOYMENT, JOB])
def test_a_name_that_the_server_makes_up_is_not_claimed(text: str) -> None:
    ask, resource = asked("object.metadata.name != 'tap-0' && object.metadata.name != 'press-0'", text)
    prediction = ask(Admitted(resource))
    assert prediction.answer.denial is None
    assert prediction.answer.cut is None
    assert any("makes up a name" in one.text for one in prediction.assumptions)
