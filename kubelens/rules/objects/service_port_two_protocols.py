"""A Service has one port number for two protocols, which a client-side ``kubectl apply`` cannot tell apart.

The API server takes the Service. ``kubectl apply`` without ``--server-side`` merges the list of ports by their number
alone: an edit of one of the two may change or drop the other. Port 53, which every name server has for both, is not
told, nor is what Flux, Helm, or Argo CD with ``ServerSideApply`` applies.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: game
spec:
  selector:
    app: game
  ports:
    - name: login
      protocol: TCP
      port: 7777
    - name: play
      protocol: UDP
      port: 7777  # expect: 7777
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: game
spec:
  selector:
    app: game
  ports:
    - name: login
      protocol: TCP
      port: 7777
    - name: play
      protocol: UDP
      port: 7778
```

References:

- https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.network import ServicePort, read_service
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Related, Severity, rule

_DNS: Final = 53


@rule(on="Service", severity=Severity.INFO)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each later port of a number that another protocol has already."""
    service = read_service(resource)
    if service is None or resource.partial or not ctx.facts.client_side:
        return
    first: dict[int, ServicePort] = {}
    for port in service.ports:
        earlier = first.setdefault(port.number, port)
        if earlier.protocol == port.protocol or port.number == _DNS:
            continue
        place = resource.place.at("spec", "ports")
        yield ctx.finding(
            f"{resource.key} has port {port.number} for {earlier.protocol} and {port.protocol}",
            at=place.at(port.index, "port"),
            related=[Related(place.at(earlier.index, "port"), f"for {earlier.protocol}")],
            notes=[
                "kubectl apply without --server-side tells ports apart by number alone: an edit of one may drop the other"
            ],
        )
