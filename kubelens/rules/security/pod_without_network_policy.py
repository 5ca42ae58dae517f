"""No NetworkPolicy selects the Pods, so everybody may talk to them and they to everybody.

A Pod is isolated in a direction once a policy that covers this direction selects it.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: NetworkPolicy
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
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress: []
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.network_policy import read_network_policy
from kubelens.kube.workload import Workload, labels_in, labels_open
from kubelens.predict.references.pods_index import index_of
from kubelens.rules.api import Context, Finding, Option, Severity, rule
from kubelens.rules.security._other_policies import isolated_otherwise


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("directions", ["ingress"], "directions that are asked for: ingress, egress"),),
    aliases=(
        "kube-linter:non-isolated-pod",
        "kube-score:pod-networkpolicy",
        "polaris:missingNetworkPolicy",
        "checkov:CKV2_K8S_6",
        "kics:pod_misconfigured_network_policy",
        "kubescape:C-0030",
        "kubescape:C-0260",
        "kyverno:require-network-policy",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if labels_open(ctx.bundle, workload.resource):
        return
    labels = dict(labels_in(ctx.bundle, workload.resource))
    selecting = index_of(ctx.bundle).selecting("NetworkPolicy", labels, workload.namespace)
    policies = [policy for r in selecting if (policy := read_network_policy(r)) is not None]
    at = workload.resource.place.at("metadata", "name")
    missing = [d for d in ctx.options["directions"] if all(getattr(p, d, None) is None for p in policies)]
    if (policies and not missing) or isolated_otherwise(labels, workload.namespace, ctx.bundle):
        return
    if not policies:
        yield ctx.finding(f"no NetworkPolicy selects the Pods of {workload.resource.key}", at=at)
        return
    for direction in missing:
        yield ctx.finding(f"no NetworkPolicy covers {direction} of the Pods of {workload.resource.key}", at=at)
