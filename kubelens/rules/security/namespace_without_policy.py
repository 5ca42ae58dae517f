"""A namespace has no NetworkPolicy or no ResourceQuota.

Without a policy every Pod of the cluster may reach the namespace; without a quota it may use all the room there is.

Bad:

```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop  # expect: NetworkPolicy
```

Good:

```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  podSelector: {}
---
apiVersion: v1
kind: ResourceQuota
metadata:
  name: quota
  namespace: shop
spec:
  hard:
    pods: "20"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Severity, rule
from kubelens.rules.security._other_policies import namespace_has_others


@rule(
    on="Namespace",
    severity=Severity.INFO,
    profiles=(),
    options=(Option("kinds", ["NetworkPolicy", "ResourceQuota"], "kinds of which a namespace needs one"),),
    aliases=(
        "kubescape:C-0206",
        "kubescape:C-0049",
        "kubescape:C-0054",
        "kubeaudit:MissingDefaultDenyIngressAndEgressNetworkPolicy",
        "trivy:KSV-0039",
        "trivy:KSV-0040",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    missing = [kind for kind in ctx.options["kinds"] if not ctx.bundle.all(kind, resource.name)]
    if "NetworkPolicy" in missing and namespace_has_others(resource.name, ctx.bundle):
        missing.remove("NetworkPolicy")
    if missing:
        at = resource.place.at("metadata", "name")
        yield ctx.finding(f"namespace {resource.name!r} has no {' and no '.join(missing)}", at=at)
