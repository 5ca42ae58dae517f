"""A Service whose selector matches no Pod, beside Pods that are meant.

The Service gets no endpoints: connections to it are refused, and whatever routes to it answers 503. Pods are meant where
one slip in one label keeps the selector from them, or where their workload has the Service's own name and stands in its
folder. Whether Pods exist that no manifest brings cannot be known; where nothing here is meant, service-without-pods asks.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: chekout  # expect: chekout
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  selector:
    matchLabels:
      app: checkout
  template:
    metadata:
      labels:
        app: checkout
    spec:
      containers:
        - name: checkout
          image: shop/checkout:1.4
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: checkout
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  selector:
    matchLabels:
      app: checkout
  template:
    metadata:
      labels:
        app: checkout
    spec:
      containers:
        - name: checkout
          image: shop/checkout:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.kube.selector import equality_selector
from kubelens.kube.workload import workload_in
from kubelens.predict.references.graph import SelectionsOf
from kubelens.predict.references.pods_index import index_of
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.references._near_label import selects_nothing

_CONSEQUENCE: Final = "the Service has no endpoints"
_KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet", "Pod")


@rule(
    on="Service",
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:dangling-service",
        "kube-score:service-targets-pod",
        "service-without-endpoints",
        "kics:service_does_not_target_pod",
        "kubescape:C-0293",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding, at the label."""
    found = tuple(selects_nothing(resource, ctx, _CONSEQUENCE, ()))
    yield from found or _elsewhere(resource, ctx)


def _elsewhere(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """Pods of the Service's name stand in another namespace of the same text, where no Service of the name is."""
    selector = equality_selector(resource.spec.get("selector"))
    if selector.is_empty or resource.partial or resource.transformed or not resource.metadata.get("namespace"):
        return
    for kind in _KINDS:
        for one in ctx.bundle.named(kind, resource.name):
            workload = workload_in(ctx.bundle, one)
            if workload is None or one.namespace == resource.namespace or not one.metadata.get("namespace"):
                continue
            if one.place.uri != resource.place.uri:
                continue
            if not selector.matches(workload.pod.labels) or _selects_some(resource, one, ctx):
                continue
            yield ctx.finding(
                f"Service '{resource.key.name}' selects no Pod: those of {one.key} are in namespace '{one.namespace}', "
                f"not in '{resource.namespace}'",
                at=resource.place.at("spec", "selector"),
                related=[Related(one.place.at("metadata", "name"), "the Pods that are meant")],
                notes=[_CONSEQUENCE, "a Service finds Pods of its own namespace only"],
                severity=Severity.WARNING,
            )
            return


def _selects_some(resource: Resource, workload: Resource, ctx: Context) -> bool:
    """Whether the Service has Pods in its own namespace, or those meant have a Service of that name in theirs."""
    if ctx.bundle.get("Service", workload.namespace, resource.name) is not None:
        return True
    selector = equality_selector(resource.spec.get("selector"))
    if index_of(ctx.bundle).any_pod(selector, resource.namespace):
        return True
    return any(selection.matches for selection in ctx.ask(SelectionsOf(resource)).answer)
