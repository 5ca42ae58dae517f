"""A peer of a NetworkPolicy matches no Pods, beside Pods or a namespace that are meant.

A ``podSelector`` alone looks in the policy's own namespace; Pods of another one are let in by a ``namespaceSelector`` beside it. A
namespace has the labels that its manifest gives it and ``kubernetes.io/metadata.name``, no label ``name``.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: scraper
  namespace: monitoring
  labels:
    app: scraper
spec:
  containers:
    - name: scraper
      image: shop/scraper:1.27
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: scraper  # expect: monitoring
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: scraper
  namespace: monitoring
  labels:
    app: scraper
spec:
  containers:
    - name: scraper
      image: shop/scraper:1.27
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: scraper
          namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
```

References:

- https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.references.peer_miss import NAMED, PeerMiss, PeerMissesOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_cluster


@rule(on="NetworkPolicy", severity=Severity.WARNING, mentions=("podSelector", "namespaceSelector"))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each peer, at the label."""
    if ctx.bundle.is_patched(resource):
        return
    for miss in ctx.ask(PeerMissesOf(resource)).answer:
        if not share_a_cluster(resource, miss.meant, ctx.bundle):
            continue
        said, note, label = _said(resource, miss)
        field = "podSelector" if miss.meant.kind != "Namespace" else "namespaceSelector"
        at = resource.place.at(*miss.peer.at, field, "matchLabels", miss.asked.key)
        yield ctx.finding(
            f"a peer of {resource.key} {said}",
            at=at,
            related=[
                Related(
                    miss.meant.place.at("metadata", *(["namespace"] if label else ["name"])),
                    f"{miss.meant.key} is meant",
                )
            ],
            notes=[note],
        )


def _said(policy: Resource, miss: PeerMiss) -> tuple[str, str, bool]:
    """What is wrong, what to write, and whether the namespace of what is meant is another one."""
    meant, asked = miss.meant, miss.asked
    if meant.kind == "Namespace":
        said = f"matches no namespace: it asks for {asked}, a label that {meant.key} does not have"
        return said, f"every cluster gives it {NAMED}: {meant.name}", False
    if meant.namespace != policy.namespace:
        said = f"matches no Pod of namespace '{policy.namespace}': the Pods with {asked} are in namespace '{meant.namespace}'"
        note = f"a podSelector alone looks in the policy's namespace; namespaceSelector: {{matchLabels: {{{NAMED}: {meant.namespace}}}}} beside it looks there"
        return said, note, True
    return f"matches no Pod: it asks for {asked}, {meant.key} is a letter away", "the rule lets nobody through", False
