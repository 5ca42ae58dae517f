"""A peer of a NetworkPolicy matches no Pods that the manifests bring into being.

The rule then lets nobody through who would need it. Peers of other namespaces are left out: their Pods are often
elsewhere.

Bad:

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
            matchLabels:  # expect: no Pods
              app: client
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

from kubelens.kube.network_policy import PodPeers, read_network_policy
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.reliability._over_pods import is_selected


@rule(
    on="NetworkPolicy",
    severity=Severity.INFO,
    profiles=(),
    aliases=("kube-linter:dangling-networkpolicypeer-podselector",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    policy = read_network_policy(resource)
    if policy is None:
        return
    for direction in (policy.ingress, policy.egress):
        for allowed in direction or ():
            for peer in allowed.peers:
                if not isinstance(peer, PodPeers) or peer.namespaces is not None or peer.pods.is_empty:
                    continue
                if not is_selected(peer.pods, resource.namespace, ctx.bundle):
                    at = resource.place.at(*peer.at, "podSelector")
                    yield ctx.finding(f"a peer of {resource.key} matches no Pods of the manifests: {peer.pods}", at=at)
