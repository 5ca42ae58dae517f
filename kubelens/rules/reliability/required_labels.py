"""A workload lacks a label that is asked for.

The option names them, each alone or as ``name=pattern`` with a regular expression over the whole value.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: app.kubernetes.io/name
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
          image: shop/web:1.27
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
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
          image: shop/web:1.27
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=WORKLOAD_KINDS,
    severity=Severity.INFO,
    profiles=(),
    options=(
        Option("labels", ["app.kubernetes.io/name"], "labels that are asked for: name or name=pattern"),
        Option("any", False, "be content with any one of the labels"),
    ),
    aliases=(
        "kube-linter:required-label-owner",
        "kubescape:C-0076",
        "kubescape:C-0077",
        "kyverno:require-labels",
        "gatekeeper:requiredlabels",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if ctx.options["any"] and any(entry.partition("=")[0] in resource.labels for entry in ctx.options["labels"]):
        return
    for entry in ctx.options["labels"]:
        name, _, pattern = entry.partition("=")
        value = resource.labels.get(name)
        if value is None:
            at = resource.place.at("metadata", "name")
            yield ctx.finding(f"{resource.key} has no label {name!r}", at=at)
        elif pattern and not re.compile(pattern).fullmatch(value):
            at = resource.place.at("metadata", "labels", name)
            yield ctx.finding(f"label {name!r} of {resource.key} is {value!r}, which {pattern!r} does not match", at=at)
