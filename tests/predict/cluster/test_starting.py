"""Scenarios that begin with the same cluster at rest, and those that bring one to rest themselves."""

from __future__ import annotations

import pytest

from kubelens.predict.cluster.ready_made import READY_MADE, ready_made
from kubelens.predict.cluster.simulation import play
from kubelens.predict.cluster.starting import Start, at_rest
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.testing import resources_from_text

BUNDLE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 12
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "web:1", resources: {requests: {cpu: 300m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: "db:1", resources: {requests: {cpu: 300m}}}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: main, image: "agent:1", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "tick:1"}]}}}
"""


FEW, MANY = "4x4cpu,8Gi", "50x4cpu,8Gi"
CASES = [*((name, FEW) for name in READY_MADE), *((name, MANY) for name in ("lose-zone", "rollout", "scale-up"))]


@pytest.mark.parametrize(("name", "nodes"), CASES)
def test_a_start_that_is_kept_is_as_one_made_anew(name: str, nodes: str) -> None:
    objects, made = resources_from_text(BUNDLE), list(made_up_nodes([nodes], "a,b"))
    scenario = ready_made(name, objects, made)

    def begun() -> Start:
        return Start.of(at_rest(scenario, objects, made, release="1.36", seed=3, number=2))

    first = play(scenario, at_rest(scenario, objects, made, release="1.36", seed=3, number=2), 5)
    kept = begun()
    for start in (kept, kept, begun()):
        again = play(scenario, start.cluster(), 5)
        assert [(seen.second, seen.data, seen.events) for seen in again.states] == [
            (seen.second, seen.data, seen.events) for seen in first.states
        ]
        assert (again.verdicts, again.taken) == (first.verdicts, first.taken)
