"""Nothing spreads the replicas of a workload over nodes.

The scheduler prefers to spread, but may put all replicas on one node; when it goes, they all go. An anti-affinity
over ``kubernetes.io/hostname``, or a spread constraint, that matches the Pods' own labels keeps them apart.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: anti-affinity
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
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels:
                    app: web
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.selector import label_selector
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.reliability._over_pods import floor_of


def _terms(workload: Workload) -> Iterator[Mapping[str, Any]]:
    """The terms of the Pods' anti-affinity, required and preferred."""
    anti = fields.mapping(fields.mapping(workload.pod.value, "affinity"), "podAntiAffinity")
    for _, term in fields.items(anti, "requiredDuringSchedulingIgnoredDuringExecution"):
        yield term
    for _, weighted in fields.items(anti, "preferredDuringSchedulingIgnoredDuringExecution"):
        yield fields.mapping(weighted, "podAffinityTerm")


def _apart(term: Mapping[str, Any], workload: Workload, keys: list[str]) -> bool:
    """Whether a term keeps the workload's own Pods apart."""
    namespaces = fields.texts(term, "namespaces")
    if namespaces and workload.namespace not in namespaces:
        return False
    matches = label_selector(term.get("labelSelector")).matches(workload.pod.labels)
    return fields.text(term, "topologyKey") in keys and matches


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(Profile.RECOMMENDED,),
    options=(
        Option("unwritten-counts", False, "also judge workloads that do not write how many replicas they keep"),
        Option("topology-keys", ["kubernetes.io/hostname", "topology.kubernetes.io/zone"], "node labels that count"),
        Option("accept-spread", True, "spread constraints count as well"),
    ),
    aliases=(
        "kube-linter:no-anti-affinity",
        "kube-score:deployment-has-host-podantiaffinity",
        "kube-score:statefulset-has-host-podantiaffinity",
        "kics:deployment_has_no_pod_anti_affinity",
        "kics:statefulset_has_no_pod_anti_affinity",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    unwritten = 2 if ctx.options["unwritten-counts"] else 1
    if (
        workload.kind not in ("Deployment", "StatefulSet", "DeploymentConfig")
        or floor_of(workload, ctx.bundle, unwritten) < 2
    ):
        return
    if ctx.options["accept-spread"] and any(
        label_selector(item.get("labelSelector")).matches(workload.pod.labels)
        for _, item in fields.items(workload.pod.value, "topologySpreadConstraints")
    ):
        return
    if not any(_apart(term, workload, ctx.options["topology-keys"]) for term in _terms(workload)):
        at = workload.resource.place.at("metadata", "name")
        yield ctx.finding(
            f"no anti-affinity keeps the {workload.desired} replicas of {workload.resource.key} apart", at=at
        )
