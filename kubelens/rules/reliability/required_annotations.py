"""A workload lacks an annotation that is asked for.

The option names them, each alone or as ``name=pattern`` with a regular expression over the whole value.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: kubernetes.io/description
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
  annotations:
    kubernetes.io/description: web
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
        Option("annotations", ["kubernetes.io/description"], "annotations that are asked for: name or name=pattern"),
    ),
    aliases=(
        "kube-linter:required-annotation-email",
        "kyverno:require-annotations",
        "gatekeeper:requiredannotations",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for entry in ctx.options["annotations"]:
        name, _, pattern = entry.partition("=")
        value = resource.annotations.get(name)
        if value is None:
            at = resource.place.at("metadata", "name")
            yield ctx.finding(f"{resource.key} has no annotation {name!r}", at=at)
        elif pattern and not re.compile(pattern).fullmatch(value):
            at = resource.place.at("metadata", "annotations", name)
            yield ctx.finding(
                f"annotation {name!r} of {resource.key} is {value!r}, which {pattern!r} does not match", at=at
            )
