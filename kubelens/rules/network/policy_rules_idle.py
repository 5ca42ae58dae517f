"""A NetworkPolicy has rules for a direction that it does not isolate: they count for nothing.

``policyTypes`` says which way a policy closes. Where it names one way alone, rules for the other are stored and change nothing:
that way stays as open as it was. Where it is left out, Ingress is meant, and Egress only where ``egress`` has a rule in it:
``egress: []`` closes nothing.

Quiet where the rules would let everything through.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
spec:
  podSelector:
    matchLabels:
      app: api
  policyTypes: [Ingress]
  egress:  # expect: policyTypes
    - to:
        - ipBlock:
            cidr: 10.20.0.0/16
```

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: closed
spec:
  podSelector: {}
  ingress: []
  egress: []  # expect: stays open
```

Good:

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
spec:
  podSelector:
    matchLabels:
      app: api
  policyTypes: [Ingress, Egress]
  egress:
    - to:
        - ipBlock:
            cidr: 10.20.0.0/16
```

References:

- https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on="NetworkPolicy", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each direction, at the field of its rules."""
    if resource.partial or ctx.bundle.is_patched(resource):
        return
    types = resource.spec.get("policyTypes")
    for way, title in (("ingress", "Ingress"), ("egress", "Egress")):
        rules = resource.spec.get(way)
        if isinstance(types, list) and types and title not in types:
            if isinstance(rules, list) and rules and {} not in rules:
                yield ctx.finding(
                    f"the {way} rules of {resource.key} count for nothing: policyTypes does not name {title}",
                    at=resource.place.at("spec", way).key(),
                    notes=[
                        f"{way} stays as open as it is without the policy; policyTypes: [Ingress, Egress] closes both ways"
                    ],
                )
        elif way == "egress" and not types and rules == []:
            yield ctx.finding(
                f"egress of the Pods of {resource.key} stays open: an empty list without policyTypes closes nothing",
                at=resource.place.at("spec", "egress").key(),
                notes=[
                    "without policyTypes a policy is for Ingress, and for Egress where it has rules; write policyTypes: [Ingress, Egress]"
                ],
            )
