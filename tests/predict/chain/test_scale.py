"""An autoscaler's bounds count wherever Pods are counted."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed
from kubelens.predict.chain.quota_room import CutShort
from kubelens.predict.chain.scale import ScaleOf
from kubelens.predict.cluster.ready_made import ready_made
from kubelens.predict.cluster.simulation import simulate
from kubelens.predict.controllers.budget_pods import BudgetPods
from kubelens.predict.controllers.drain import DrainOf
from kubelens.predict.controllers.rollout.rollout import RolloutOf
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.testing import bundle_from_text

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  REPLICAS
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x:1}]}}
"""
HPA = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: NAME}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 3
  maxReplicas: MOST
"""
KEDA = """
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web}
spec: {scaleTargetRef: {name: web}, MIN maxReplicaCount: 9, triggers: [{type: cron, metadata: {}}]}
"""


def hpa(name: str = "web", most: int = 8) -> str:
    return HPA.replace("NAME", name).replace("MOST", str(most))


def web(replicas: str = "") -> str:
    return WEB.replace("REPLICAS", replicas)


@pytest.mark.parametrize(
    ("text", "pods", "told"),
    [
        (web(), 1, ""),
        (web() + hpa(), 3, "minReplicas of HorizontalPodAutoscaler 'web': it says no replicas"),
        (web("replicas: 1") + hpa(), 3, "it says replicas: 1"),
        (web("replicas: 5") + hpa(), 5, "no other number from 3 to 8"),
        (web("replicas: 20") + hpa(), 8, "maxReplicas"),
        (web("replicas: 0") + hpa(), 0, ""),
        (web("replicas: 1") + hpa() + hpa("other"), 1, ""),
        (web("replicas: 1") + hpa(most=2), 1, ""),
        (web("replicas: 2") + KEDA.replace("MIN", ""), 2, "no other number from 0 to 9"),
        (web("replicas: 0") + KEDA.replace("MIN", "minReplicaCount: 4,"), 4, "minReplicaCount"),
    ],
)
def test_bounds_come_before_metrics(text: str, pods: int, told: str) -> None:
    bundle = bundle_from_text(text)
    found = Oracle(bundle)(ScaleOf(bundle.all("Deployment")[0]))
    assert found.answer == pods
    assert bool(found.assumptions) == bool(told)
    assert all(told in one.text for one in found.assumptions)


def test_placement_rollout_drain_quota_and_simulation_count_the_same() -> None:
    quota = "\n---\n{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: '2'}}}"
    bundle = bundle_from_text(web("replicas: 1") + hpa())
    deployment, ask = bundle.all("Deployment")[0], Oracle(bundle)
    placed = ask(Placed())
    rollout = ask(RolloutOf(deployment))
    assert len(placed.answer.placements) == 3
    assert rollout.answer.replicas == 3
    assert len(ask(BudgetPods("default")).answer) == 3
    for said in (placed.assumptions, rollout.assumptions):
        assert any("minReplicas" in one.text for one in said)
    cut = Oracle(bundle_from_text(web("replicas: 1") + hpa() + quota))(CutShort()).answer
    assert "1 of 3 Pods" in cut[0][1]
    nodes = made_up_nodes(["2x4cpu,8Gi"])
    played = simulate(ready_made("rollout", list(bundle), nodes), list(bundle), nodes, release=bundle.release)
    assert len(played.runs[0].states[0].data["pods"]) == 3


def test_drains_say_what_autoscalers_keep_and_that_pods_are_ready() -> None:
    bundle = bundle_from_text(web("replicas: 1") + hpa())
    said = [one.text for one in Oracle(bundle)(DrainOf("default")).assumptions]
    assert any("every Pod of the manifests is Ready" in text for text in said)
    assert any("minReplicas" in text for text in said)
