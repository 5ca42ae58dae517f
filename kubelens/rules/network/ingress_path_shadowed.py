"""Two paths of one host of an Ingress that say the same: only one of them can answer.

``/cart`` and ``/cart/`` are one Prefix path to the API (elements are compared). Which of two equal rules wins is up to
the controller; most take the first, so the other backend never gets a request.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /cart
            pathType: Prefix
            backend:
              service:
                name: cart
                port:
                  number: 80
          - path: /cart/  # expect: already
            pathType: Prefix
            backend:
              service:
                name: cart-v2
                port:
                  number: 80
```

Good:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /cart
            pathType: Prefix
            backend:
              service:
                name: cart
                port:
                  number: 80
          - path: /cart
            pathType: Exact
            backend:
              service:
                name: cart-v2
                port:
                  number: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.network import IngressPath, read_ingress
from kubelens.kube.resource import Resource
from kubelens.predict.network.path_match import elements
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on="Ingress", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each path that repeats an earlier one with another backend."""
    ingress = read_ingress(resource)
    if ingress is None or resource.partial:
        return
    first: dict[tuple[object, ...], IngressPath] = {}
    for one in ingress.rules:
        for path in one.paths:
            if path.type not in ("Exact", "Prefix"):
                continue
            key = (one.host, path.type, elements(path.path or "/") if path.type == "Prefix" else path.path)
            earlier = first.setdefault(key, path)
            if earlier is path or earlier.backend == path.backend:
                continue
            yield ctx.finding(
                f"path {path.path or '/'} of host {one.host or '*'} is already taken by {earlier.path or '/'} in this Ingress",
                at=resource.place.at(*path.at, "path"),
                related=[Related(resource.place.at(*earlier.at, "path"), "the path that comes first")],
                notes=["which of the two answers is the controller's choice; most take the first"],
            )
