"""Pods of a Deployment share a volume that one node has at a time.

A ReadWriteOnce volume that nodes attach, as most disks of clouds are, is attached to one node. A Pod that the scheduler puts
on another one does not start (Multi-Attach) while the first node has it. So a rolling update that starts the new Pod before
the old one ends gets stuck there, and of several replicas only those of one node run. Strategy Recreate ends the old Pod
first; a StatefulSet gives each Pod a volume of its own; a ReadWriteMany volume is shared by nodes.

Quiet where the volume is reached from one node alone, where no node has to attach it (NFS, files of a node), and where the
claim is not among the manifests, or several of its name are.

Bad:

```yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ledger
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 5Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: books
spec:
  selector:
    matchLabels: {app: books}
  template:
    metadata:
      labels: {app: books}
    spec:
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: ledger  # expect: a rolling update
      containers:
        - name: books
          image: books:1.4
          volumeMounts:
            - {name: data, mountPath: /data}
```

Good:

```yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ledger
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 5Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: books
spec:
  strategy:
    type: Recreate
  selector:
    matchLabels: {app: books}
  template:
    metadata:
      labels: {app: books}
    spec:
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: ledger
      containers:
        - name: books
          image: books:1.4
          volumeMounts:
            - {name: data, mountPath: /data}
```

References:

- https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.chain.bound import MovesWithItsVolume
from kubelens.predict.controllers.rollout.rollout import NextRollout
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule
from kubelens.rules.layout import share_a_cluster


@rule(on="Deployment", severity=Severity.WARNING, profiles=(Profile.RECOMMENDED,), mentions=("persistentVolumeClaim",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each claim of one node that a rollout, or several replicas, share between nodes."""
    workload = read_workload(resource)
    if workload is None or resource.partial:
        return
    for volume in workload.pod.volumes:
        name = fields.text(fields.mapping(volume.value, "persistentVolumeClaim"), "claimName")
        claim = ctx.bundle.get("PersistentVolumeClaim", resource.namespace, name) if name else None
        if (
            claim is None
            or len(ctx.bundle.named("PersistentVolumeClaim", name)) > 1
            or not share_a_cluster(resource, claim, ctx.bundle)
        ):
            continue
        if claim.partial or set(fields.texts(claim.spec, "accessModes")) != {"ReadWriteOnce"}:
            continue
        if not ctx.ask(MovesWithItsVolume(claim)).answer:
            continue
        shared = _shared(resource, workload.desired, ctx)
        if shared:
            yield ctx.finding(
                f"{shared} claim '{name}', whose volume one node has at a time (ReadWriteOnce)",
                at=resource.place.at(*volume.path, "persistentVolumeClaim", "claimName"),
                related=[Related(claim.place.at("spec", "accessModes"), "the claim")],
                notes=[
                    "a Pod that lands on another node does not start: Multi-Attach error",
                    "write strategy.type: Recreate, or take a volume that nodes share (ReadWriteMany)",
                ],
            )


def _shared(resource: Resource, replicas: int, ctx: Context) -> str:
    """What brings Pods beside each other, ``""`` where nothing does."""
    if replicas > 1:
        return f"the {replicas} Pods of {resource.key} share"
    stuck = ctx.ask(NextRollout(resource)).answer.same_node
    return f"a rolling update of {resource.key} starts a second Pod with" if stuck else ""
