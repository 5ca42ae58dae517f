"""An autoscaler's target is not among the manifests.

Where it is nowhere else either, the autoscaler reports FailedGetScale and never scales anything.

Bad:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: payments
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: checkout  # expect: checkout
  maxReplicas: 3
---
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
          image: shop/web:1.27
```

Good:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  maxReplicas: 3
---
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
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.references import scale_target_missing


@rule(
    on="HorizontalPodAutoscaler",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=(
        "kube-linter:dangling-horizontalpodautoscaler",
        "kube-score:horizontalpodautoscaler-has-target",
        "kubescape:C-0300",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if any(scale_target_missing.check.check(resource, ctx)):
        return
    target = fields.mapping(resource.spec, "scaleTargetRef")
    kind, name = fields.text(target, "kind"), fields.text(target, "name")
    if ctx.bundle.get(kind, resource.namespace, name) is None and not ctx.facts.exists_elsewhere(
        kind, name, resource.namespace
    ):
        at = resource.place.at("spec", "scaleTargetRef", "name")
        yield ctx.finding(f"{kind} {name!r}, which {resource.key} scales, is not in the manifests", at=at)
