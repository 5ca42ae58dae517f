"""A topology spread constraint counts other Pods than those it is to spread.

The scheduler counts the Pods that the constraint's ``labelSelector`` matches. Where the template's own labels do not, a
new Pod adds nothing to any domain, and all of them may land in one.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: webshop  # expect: webshop
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
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: nginx:1.27
```

References:

- https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable
from kubelens.kube.pod_labels import selects
from kubelens.kube.selector import Operator, label_selector
from kubelens.kube.workload import Workload, labels_in, labels_open
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on=Workload, severity=Severity.WARNING, mentions=("topologySpreadConstraints",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each constraint whose selector misses the template's labels."""
    resource = workload.resource
    if resource.transformed or ctx.bundle.is_patched(resource) or labels_open(ctx.bundle, resource):
        return
    labels = labels_in(ctx.bundle, resource)
    for index, constraint in fields.items(workload.pod.value, "topologySpreadConstraints"):
        written = fields.optional_mapping(constraint, "labelSelector")
        if written is None:
            continue
        selector = label_selector(written)
        if selector.nothing or selects(selector, labels, resource):
            continue
        failing = selector.failing(labels)
        if not failing or any(has_variable(value) for asked in failing for value in asked.values):
            continue
        place = resource.place.at(*workload.pod.path, "topologySpreadConstraints", index, "labelSelector")
        first = failing[0]
        plain = first.operator is Operator.IN and len(first.values) == 1
        yield ctx.finding(
            f"a spread constraint of {resource.key} counts Pods with {first}; its own have "
            + (f"{first.key}={labels[first.key]}" if first.key in labels else f"no {first.key}"),
            at=place.at("matchLabels", first.key) if plain else place,
            related=[Related(resource.place.at(*workload.pod.metadata_path, "labels"), "the labels of its Pods")],
            notes=["the scheduler does not count the new Pods: all may land in one domain"],
        )
