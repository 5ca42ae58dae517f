"""A workload's selector that changes: the server refuses the edit, and a forced replacement leaves Pods behind.

The selector of a Deployment, StatefulSet or DaemonSet cannot be edited. Deleting the object without its Pods and
making it anew gives a controller that does not know the old ones: they run on beside the new Pods, owned by no one.
Of a ReplicationController the selector can be edited, and the old Pods are let go of at once.

Before:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web, tier: front}
    spec:
      containers:
      - name: web
        image: web:1.4
```

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {tier: front}  # expect: cannot change
  template:
    metadata:
      labels: {app: web, tier: front}
    spec:
      containers:
      - name: web
        image: web:1.4
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web, tier: front, team: shop}
    spec:
      containers:
      - name: web
        image: web:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector
from kubelens.kube.workload import read_workload
from kubelens.predict.chain.updated import is_made_anew
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.changed_value import one_change


@rule(
    on=("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"),
    severity=Severity.ERROR,
    needs_old=True,
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a selector that differs from the one before."""
    old = ctx.facts.before(resource)
    if old is None or is_made_anew(resource):
        return
    before, after = read_workload(old), read_workload(resource)
    if before is None or after is None or before.selector == after.selector:
        return
    stays = after.selector.matches(dict(before.pod.labels))
    fate = (
        "takes the old Pods over only if it is made anew" if stays else "leaves the old Pods running, owned by no one"
    )
    if resource.kind == "ReplicationController":
        if not stays:
            yield ctx.finding(
                f"the selector of {resource.key} changes and no longer matches its Pods: they run on, owned by no one",
                at=resource.place.at("spec", "selector"),
            )
        return
    path = ("spec", "selector")
    below = one_change(fields.at(old.value, path), fields.at(resource.value, path))
    yield ctx.finding(
        f"the selector of {resource.key} cannot change: the API server refuses the edit, and a replacement {fate}",
        at=resource.place.at(*path, *below),
        label=_difference(before.selector, after.selector),
    )


def _difference(before: Selector, after: Selector) -> str:
    """``it asked for app=web, and asks for app=web,version=v2``."""
    return f"it asked for {before}, and asks for {after}"
