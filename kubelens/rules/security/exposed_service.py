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

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Severity, rule


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
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    kind = resource.spec.get("type")
    if kind in ctx.options["types"]:
        yield ctx.finding(
            f"{resource.key} is of type {kind}: it is reachable from outside", at=resource.place.at("spec", "type")
        )
