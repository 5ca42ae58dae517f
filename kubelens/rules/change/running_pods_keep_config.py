"""A ConfigMap or Secret changed, and the Pods that read it as variables or by ``subPath`` stay as they are.

A container gets its variables, and files mounted by ``subPath``, when it starts. A change of the object alone restarts
nothing: the Pods keep the old value until they are replaced. Folders that are mounted whole follow by themselves.

Before:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: cart
data:
  LEVEL: info
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
    spec:
      containers:
        - name: cart
          image: shop/cart:1.4
          envFrom:
            - configMapRef:
                name: cart
```

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: cart
data:
  LEVEL: debug  # expect: LEVEL
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
    spec:
      containers:
        - name: cart
          image: shop/cart:1.4
          envFrom:
            - configMapRef:
                name: cart
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: cart
data:
  LEVEL: debug
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
      annotations:
        checksum/config: 1f0c
    spec:
      containers:
        - name: cart
          image: shop/cart:1.4
          envFrom:
            - configMapRef:
                name: cart
```

References:

- https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, read_workload
from kubelens.predict.first_names import first_names
from kubelens.predict.kubelet.configuration import ReadersOf, Seen
from kubelens.predict.references.reference import Reference
from kubelens.rules.api import Context, Finding, Related, Severity, rule

_MOST_NAMED: Final = 4
_KINDS: Final = ("ConfigMap", "Secret")
_DATA: Final = ("data", "binaryData", "stringData")
_RESTARTERS: Final = (
    "reloader.stakater.com/",
    "configmap.reloader.",
    "secret.reloader.",
    "wave.pusher.com/",
    "keel.sh/",
)
"""Prefixes of annotations by which controllers restart Pods whose configuration changed."""
_LASTING: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod"})


@rule(on=_KINDS, severity=Severity.WARNING, needs_old=True)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each changed object, at its first changed key, with the readers whose template did not change."""
    changed = _changed_keys(resource, ctx)
    if not changed:
        return
    keys = tuple(key for _, key in changed)
    keeping: dict[str, tuple[Reference, list[str]]] = {}
    for reader in ctx.ask(ReadersOf(resource.kind, resource.namespace, resource.name, keys)).answer:
        if reader.seen is Seen.AT_START and reader.workload.kind in _LASTING and _stays(reader.workload, ctx):
            name = str(reader.reference.source.key)
            keeping.setdefault(name, (reader.reference, []))[1].append(reader.key)
    if not keeping:
        return
    _, read = next(iter(keeping.values()))
    field, key = next((field, key) for field, key in changed if key == read[0])
    readers = first_names(list(keeping), _MOST_NAMED)
    yield ctx.finding(
        f"{key!r} of {resource.key} changed; the Pods of {readers} keep the old value",
        at=resource.place.at(field, key),
        related=[
            Related(reference.place, f"read when a container of {name} starts")
            for name, (reference, _) in keeping.items()
        ],
        notes=["nothing in the Pod template changed, so nothing restarts; kubectl rollout restart replaces them"],
    )


def _changed_keys(resource: Resource, ctx: Context) -> list[tuple[str, str]]:
    """(field, key) of every value that is another one than before; none for an object that is new."""
    old = ctx.facts.old.get(resource.kind, resource.namespace, resource.name, group="") if ctx.facts.old else None
    if old is None or old.partial or resource.partial or resource.gvk.group:
        return []
    return [
        (field, key)
        for field in _DATA
        for key, value in fields.mapping(resource.value, field).items()
        if (before := fields.mapping(old.value, field)) is not None and key in before and before[key] != value
    ]


def _stays(workload: Workload, ctx: Context) -> bool:
    """Whether the workload was there before with the same Pod template, and nothing restarts its Pods."""
    resource = workload.resource
    if any(key.startswith(_RESTARTERS) for key in (*resource.annotations, *workload.pod.annotations)):
        return False
    old = ctx.facts.old.get(resource.kind, resource.namespace, resource.name) if ctx.facts.old else None
    before = read_workload(old) if old is not None and not old.partial and not resource.partial else None
    return (
        before is not None
        and before.pod.value == workload.pod.value
        and before.pod.labels == workload.pod.labels
        and before.pod.annotations == workload.pod.annotations
    )
