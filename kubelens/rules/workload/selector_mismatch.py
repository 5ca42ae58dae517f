"""A workload whose selector does not match the labels of its own Pod template.

The controller would never see the Pods it makes; the API server refuses the object.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: website  # expect: app
    spec:
      containers:
        - name: web
          image: nginx:1.27
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.claims import claimed
from kubelens.rules.written import value_at


@rule(
    on=("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job"),
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:mismatching-selector",
        "kube-score:deployment-pod-selector-labels-match-template-metadata-labels",
        "kube-score:statefulset-pod-selector-labels-match-template-metadata-labels",
        "kubescape:C-0296",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding, at the label that differs where one does."""
    for place, cause in claimed(resource, ctx, "selector-mismatch"):
        selector = value_at(resource, ("spec", "selector"))
        if selector is None and resource.kind != "DaemonSet":
            continue  # the server says both, but of a DaemonSet; that it is missing is the one to repair
        wanted = selector.get("matchLabels", selector) if isinstance(selector, dict) else {}
        labels = value_at(resource, cause.path)
        labels = labels if isinstance(labels, dict) else {}
        wrong = (
            [k for k, v in wanted.items() if isinstance(v, str) and labels.get(k) != v]
            if isinstance(wanted, dict)
            else []
        )
        at = place
        message = cause.message
        related: list[Related] = []
        if wrong:
            key = wrong[0]
            has = f"has {key}={labels[key]}" if key in labels else f"has no label {key!r}"
            message = f"the selector asks for {key}={wanted[key]}; the template {has}"
            at = place.at(key) if key in labels else place
            step = (
                ("spec", "selector", "matchLabels", key)
                if "matchLabels" in (selector or {})
                else ("spec", "selector", key)
            )
            related = [Related(resource.place.at(*step), "asked for here")]
        yield ctx.finding(message, at=at, related=related, notes=["the API server refuses the object"])
