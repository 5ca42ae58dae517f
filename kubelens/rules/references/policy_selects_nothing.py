"""A NetworkPolicy whose selector misses the Pods that are meant.

The policy isolates nothing: the Pods it is meant for stay open. Pods are meant where one slip in one label keeps the
selector from them, or where their workload has the policy's own name and stands in its folder.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: frontend
spec:
  containers:
    - name: web
      image: nginx:1.27
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: fronted  # expect: fronted
  policyTypes: [Ingress]
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: frontend
spec:
  containers:
    - name: web
      image: nginx:1.27
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: frontend
  policyTypes: [Ingress]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_label import selects_nothing


@rule(
    on="NetworkPolicy",
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:dangling-networkpolicy",
        "kube-score:networkpolicy-targets-pod",
        "kics:network_policy_is_not_targeting_any_pod",
        "kubescape:C-0299",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding, at the label."""
    yield from selects_nothing(resource, ctx, "the policy isolates nothing")
