"""A VirtualService sends requests to a subset that no DestinationRule of the host has.

A subset is a name that a DestinationRule gives to some of a Service's Pods. Istio answers requests to a subset it does not
know with 503. Judged where DestinationRules of the host that name subsets are among the manifests.

Bad:

```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
spec:
  hosts: [reviews]
  http:
    - route:
        - destination:
            host: reviews
            subset: v3  # expect: v3
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: reviews
spec:
  host: reviews
  subsets:
    - name: v1
      labels: {version: v1}
    - name: v2
      labels: {version: v2}
```

Good:

```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
spec:
  hosts: [reviews]
  http:
    - route:
        - destination:
            host: reviews
            subset: v2
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: reviews
spec:
  host: reviews
  subsets:
    - name: v1
      labels: {version: v1}
    - name: v2
      labels: {version: v2}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.network.subsets import MissingSubsetsOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on="VirtualService", severity=Severity.ERROR, mentions=("subset",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each destination whose subset nobody names."""
    for missing in ctx.ask(MissingSubsetsOf(resource)).answer:
        known = ", ".join(map(repr, missing.known))
        yield ctx.finding(
            f"host {missing.host!r} has no subset {missing.subset!r}; it has {known}",
            at=resource.place.at(*missing.path),
            related=[Related(missing.rules[0].place.at("spec"), f"{missing.rules[0].key} names the subsets")],
            notes=["requests that go there are answered with 503"],
        )
