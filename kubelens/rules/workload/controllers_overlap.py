"""A controller's selector matches the Pods of another one.

A ReplicaSet, ReplicationController or DaemonSet takes over bare Pods that fit its selector, and deletes those that are
too many. Deployments leave each other's Pods alone, but everything that goes by the selector does not: an autoscaler
averages over both, and a drain or `kubectl logs` follows both. Objects of different folders count where both name the
namespace.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: shop}  # expect: also matches the Pods of Deployment 'default/worker'
  template:
    metadata:
      labels: {app: shop, part: web}
    spec:
      containers:
      - name: web
        image: web:1.4
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
    matchLabels: {app: shop, part: worker}
  template:
    metadata:
      labels: {app: shop, part: worker}
    spec:
      containers:
      - name: worker
        image: worker:1.4
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: shop, part: web}
  template:
    metadata:
      labels: {app: shop, part: web}
    spec:
      containers:
      - name: web
        image: web:1.4
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
    matchLabels: {app: shop, part: worker}
  template:
    metadata:
      labels: {app: shop, part: worker}
    spec:
      containers:
      - name: worker
        image: worker:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.controllers.rollout.overlap import OverlapsIn
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(on=Bundle, severity=Severity.WARNING, profiles=(Profile.RECOMMENDED,))
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each pair, at the selector that reaches too far."""
    for namespace in bundle.namespaces:
        for overlap in ctx.ask(OverlapsIn(namespace)).answer:
            one, other = overlap.selecting, overlap.selected
            if not _together(one.resource, other.resource):
                continue
            if overlap.adopts:
                text = f"the selector of {one.resource.key} matches the bare {other.resource.key}: it takes that over"
                note = "Pods beyond the wanted number are deleted, whoever made them"
            else:
                text = f"the selector of {one.resource.key} also matches the Pods of {other.resource.key}"
                note = "autoscalers and budgets that go by this selector count the Pods of both"
            yield ctx.finding(
                text,
                at=one.resource.place.at("spec", "selector", "matchLabels"),
                related=[
                    Related(
                        other.resource.place.at(*other.pod.metadata_path, "labels"),
                        f"labels {_shown(other.pod.labels)}",
                    )
                ],
                notes=[note],
            )


def _together(one: Resource, other: Resource) -> bool:
    """Whether two objects are meant for one namespace: both say so, or they stand in one folder."""
    if one.metadata.get("namespace") and other.metadata.get("namespace"):
        return True
    return one.place.uri.rpartition("/")[0] == other.place.uri.rpartition("/")[0]


def _shown(labels: object) -> str:
    return ",".join(f"{k}={v}" for k, v in labels.items()) if isinstance(labels, dict) else ""
