"""Pods that keep apart by host name have room where the volume is that they share."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.controllers.rollout.capacity import LimitsOf
from kubelens.testing import bundle_from_text

NODES = "\n---\n".join(
    f"apiVersion: v1\nkind: Node\nmetadata: {{name: {name}, labels: {{topology.kubernetes.io/zone: {zone}}}}}\n"
    "status: {allocatable: {cpu: '4', memory: 8Gi, pods: '110'}}"
    for name, zone in (("east", "e"), ("west", "w"), ("far-west", "w"))
)
REST = """
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: barrel}
spec:
  capacity: {storage: 8Gi}
  accessModes: [ReadWriteMany]
  storageClassName: ""
  csi: {driver: barrels.example.com, volumeHandle: one}
  claimRef: {name: wine, namespace: cellar}
  AFFINITY
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: wine, namespace: cellar}
spec: {accessModes: [ReadWriteMany], storageClassName: "", volumeName: barrel, resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pump, namespace: cellar}
spec:
  replicas: 2
  selector: {matchLabels: {app: pump}}
  template:
    metadata: {labels: {app: pump}}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - {labelSelector: {matchLabels: {app: pump}}, topologyKey: kubernetes.io/hostname}
      containers: [{name: main, image: "cellar/pump:1", volumeMounts: [{name: wine, mountPath: /wine}]}]
      volumes: [{name: wine, persistentVolumeClaim: {claimName: wine}}]
"""
ZONE = (
    "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: "
    "[{key: topology.kubernetes.io/zone, operator: In, values: [ZONE]}]}]}}"
)


@pytest.mark.parametrize(
    ("affinity", "room"),
    [(ZONE.replace("ZONE", "e"), 1), (ZONE.replace("ZONE", "w"), 2), (ZONE.replace("ZONE", "north"), 0), ("", 3)],
)
def test_room_is_counted_where_the_volume_is(affinity: str, room: int) -> None:
    bundle = bundle_from_text(NODES + REST.replace("AFFINITY", affinity))
    (pump,) = bundle.all("Deployment")
    (limit,) = Oracle(bundle)(LimitsOf(pump)).answer
    assert limit.pods == room
    assert f"{room} of 3 nodes take it" in limit.reason
    assert ("as its volume" in limit.reason) == (room < 3)
