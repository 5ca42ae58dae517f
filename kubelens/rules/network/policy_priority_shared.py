"""Two cluster-wide policies of one priority contradict each other.

Which of them a network plugin asks first is undefined, and may change: with one the connection goes through, with the other
it does not. Give each its own priority; the lower one is asked first. Only policies that decide a connection between Pods of
the manifests in different ways are told.

Bad:

```yaml
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata:
  name: closed
spec:
  priority: 10
  subject:
    namespaces: {}
  ingress:
    - action: Deny
      from:
        - namespaces: {}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata:
  name: monitoring
spec:
  priority: 10  # expect: share priority 10
  subject:
    namespaces: {}
  ingress:
    - action: Allow
      from:
        - namespaces: {}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
```

Good:

```yaml
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata:
  name: closed
spec:
  priority: 20
  subject:
    namespaces: {}
  ingress:
    - action: Deny
      from:
        - namespaces: {}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata:
  name: monitoring
spec:
  priority: 10
  subject:
    namespaces: {}
  ingress:
    - action: Allow
      from:
        - namespaces: {}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.predict.network.shared_priorities import SharedPriorities
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on=Bundle, kinds=("AdminNetworkPolicy", "ClusterNetworkPolicy"), severity=Severity.WARNING)
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each pair, at the second one's priority."""
    del bundle
    for one in ctx.ask(SharedPriorities()).answer:
        first, second = one.clash.first.resource, one.clash.second.resource
        yield ctx.finding(
            f"{one.clash} and contradict each other: which one counts is undefined",
            at=second.place.at("spec", "priority"),
            related=[Related(first.place.at("metadata", "name"), "the other one")],
            notes=[f"for example about {one.direction} of {one.end} with {one.other}"],
        )
