"""Two Services that ask for one node port.

A node port belongs to one Service of the whole cluster, whatever the protocol. The API server refuses the second one. Services of folders
beside each other, which may be environments or variants, are not held against each other.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  ports:
    - port: 80
      nodePort: 30080
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  type: NodePort
  ports:
    - port: 80
      nodePort: 30080  # expect: 30080
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  ports:
    - port: 80
      nodePort: 30080
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  type: NodePort
  ports:
    - port: 80
      nodePort: 30081
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_cluster
from kubelens.syntax.place import Place


@rule(on=Bundle, kinds=("Service",), severity=Severity.ERROR, aliases=("nodeport-clash",))
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each later Service; Services of one name (overlays) are not held against each other."""
    taken: dict[int, list[tuple[Resource, Place]]] = {}
    for service in bundle.all("Service", group=""):
        if service.partial or fields.text(service.spec, "type") not in ("NodePort", "LoadBalancer"):
            continue
        for index, port in fields.items(service.spec, "ports"):
            number = fields.integer(port, "nodePort")
            if not number:
                continue
            place = service.place.at("spec", "ports", index, "nodePort")
            known = taken.setdefault(number, [])
            other = next(
                (o for o in known if o[0].name != service.name and share_a_cluster(o[0], service, ctx.bundle)), None
            )
            known.append((service, place))
            if other is None:
                continue
            yield ctx.finding(
                f"nodePort {number} belongs to Service '{other[0].namespace}/{other[0].name}' already",
                at=place,
                related=[Related(other[1], "the first one is here")],
                notes=["the API server refuses the Service that comes second"],
            )
