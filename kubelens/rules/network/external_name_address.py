"""An ExternalName Service names an address where a DNS name belongs.

The name becomes a CNAME record. An address there is served as the name of a host that nobody can resolve; a Service
without a selector and an EndpointSlice lead to an address.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  type: ExternalName
  externalName: 10.0.0.7  # expect: 10.0.0.7
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  type: ExternalName
  externalName: db.example.com
```

References:

- https://kubernetes.io/docs/concepts/services-networking/service/#externalname
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from kubelens.kube.network import ServiceType, read_service
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on="Service", severity=Severity.WARNING, mentions=("externalName",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding."""
    service = read_service(resource)
    if service is None or resource.partial or service.type is not ServiceType.EXTERNAL_NAME:
        return
    try:
        ip_address(service.external_name.rstrip("."))
    except ValueError:
        return
    yield ctx.finding(
        f"externalName of {resource.key} must be a DNS name, is the address {service.external_name}",
        at=resource.place.at("spec", "externalName"),
        notes=[
            "DNS answers with a name made of digits, which nothing resolves",
            "a Service without a selector, and an EndpointSlice, lead to an address",
        ],
    )
