"""A Service is reachable from outside the cluster.

NodePort opens a port on every node, LoadBalancer an address of the provider; neither passes an Ingress.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort  # expect: NodePort
  selector:
    app: web
  ports:
    - port: 80
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Severity, rule

_INTERNAL: Final = {
    "cloud.google.com/load-balancer-type": "internal",
    "networking.gke.io/load-balancer-type": "internal",
    "service.beta.kubernetes.io/aws-load-balancer-internal": "",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "service.beta.kubernetes.io/oci-load-balancer-internal": "true",
    "service.beta.kubernetes.io/openstack-internal-load-balancer": "true",
}
"""Annotations (and values, "" for any but false) by which a cloud keeps a load balancer inside its network."""


@rule(
    on="Service",
    severity=Severity.INFO,
    profiles=(),
    options=(Option("types", ["NodePort", "LoadBalancer"], "Service types that are reported"),),
    aliases=(
        "kube-linter:exposed-services",
        "kube-score:service-type",
        "kics:service_type_is_nodeport",
        "kics:service_with_external_load_balancer",
        "kyverno:restrict-nodeport",
        "kyverno:no-loadbalancer-service",
        "gatekeeper:block-nodeport-services",
        "gatekeeper:block-loadbalancer-services",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    kind = resource.spec.get("type")
    if kind in ctx.options["types"] and not (kind == "LoadBalancer" and _internal(resource)):
        yield ctx.finding(
            f"{resource.key} is of type {kind}: it is reachable from outside", at=resource.place.at("spec", "type")
        )


def _internal(resource: Resource) -> bool:
    """Whether the cloud is asked for a load balancer that only its own network reaches."""
    for key, wanted in _INTERNAL.items():
        value = resource.annotations.get(key, "").lower()
        if value and (value == wanted or (not wanted and value != "false")):
            return True
    return False
