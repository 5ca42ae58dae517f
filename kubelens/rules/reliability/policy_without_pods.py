"""A NetworkPolicy selects no Pods that the manifests bring into being.

It then holds for nobody: what it was to isolate stays open. Namespaces of the control plane are left out, and
selectors that name a custom object, whose controller makes its Pods. One slip away
from Pods, or beside a workload of its own name, it is policy-selects-nothing that tells.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop
spec:
  podSelector:
    matchLabels:  # expect: no Pods
      app: shop
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
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

from kubelens.kube.network_policy import read_network_policy
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.references import policy_selects_nothing
from kubelens.rules.reliability._over_pods import is_selected


@rule(
    on="NetworkPolicy",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=(
        "kube-linter:dangling-networkpolicy",
        "kube-score:networkpolicy-targets-pod",
        "kics:network_policy_is_not_targeting_any_pod",
        "kubescape:C-0299",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    policy = read_network_policy(resource)
    if policy is None or policy.selector.is_empty:
        return
    if is_selected(policy.selector, resource.namespace, ctx.bundle):
        return
    if not any(policy_selects_nothing.check.check(resource, ctx)):
        at = resource.place.at("spec", "podSelector")
        yield ctx.finding(f"{resource.key} selects no Pods of the manifests: {policy.selector}", at=at)
