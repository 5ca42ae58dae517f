"""A node and Pods as a cluster shows them."""

from __future__ import annotations

STANDING_NODE = """
apiVersion: v1
kind: Node
metadata: {name: rack, labels: {kubernetes.io/hostname: rack}}
status: {allocatable: {cpu: 4, memory: 8Gi, pods: 20}}
"""


def standing(
    name: str,
    *,
    owner: str = "ledger",
    labels: str = "{app: ledger}",
    node: str = "rack",
    phase: str = "Running",
    ready: bool = True,
    going: bool = False,
    cpu: int = 1,
    status: str | None = None,
) -> str:
    """A Pod of a StatefulSet; ``status``: in place of one with a phase and the condition Ready."""
    by = f"[{{apiVersion: apps/v1, kind: StatefulSet, name: {owner}, uid: u, controller: true}}]" if owner else "[]"
    deleted = 'deletionTimestamp: "2026-02-03T04:05:06Z", ' if going else ""
    fit = ready and phase == "Running"
    shown = f"status: {{phase: {phase}, conditions: [{{type: Ready, status: '{fit}'}}]}}" if status is None else status
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, uid: of-{name}, {deleted}labels: {labels}, ownerReferences: {by}}}
spec:
  {f"nodeName: {node}" if node else "schedulerName: default-scheduler"}
  containers: [{{name: c, image: "x:1", resources: {{requests: {{cpu: {cpu}}}}}}}]
{shown}
"""
