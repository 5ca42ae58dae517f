"""Two Ingresses of one class that claim the same path of the same host for different backends.

Controllers merge Ingresses of one host; for one path they take one of the two, usually the older object. Canary
Ingresses, which are made to do this, are left alone, as are Ingresses of different folders (environments).

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
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: blog
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /  # expect: claimed
            pathType: Prefix
            backend:
              service:
                name: blog
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
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: blog
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /blog
            pathType: Prefix
            backend:
              service:
                name: blog
                port:
                  number: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import Ingress, IngressPath
from kubelens.kube.placeholder import has_variable, stands_for_a_value
from kubelens.predict.network.ingress_classes import class_of, ingresses_of
from kubelens.predict.network.path_match import elements
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import folder_of


@rule(
    on=Bundle,
    kinds=("Ingress",),
    severity=Severity.WARNING,
    aliases=("gatekeeper:uniqueingresshost",),
)
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each path an earlier Ingress of the same folder claims."""
    first: dict[tuple[object, ...], tuple[Ingress, IngressPath]] = {}
    for ingress in ingresses_of(bundle):
        if any(name.endswith("/canary") for name in ingress.resource.annotations):
            continue
        folder = folder_of(ingress.resource, bundle)
        for one in ingress.rules:
            for path in one.paths:
                if path.type not in ("Exact", "Prefix") or not one.host or _is_a_gap(one.host):
                    continue
                what = elements(path.path or "/") if path.type == "Prefix" else path.path
                key = (folder, class_of(bundle, ingress), one.host, path.type, what)
                earlier, taken = first.setdefault(key, (ingress, path))
                same = (earlier.namespace, earlier.name) == (ingress.namespace, ingress.name)
                if same or (taken.backend == path.backend and earlier.namespace == ingress.namespace):
                    continue
                yield ctx.finding(
                    f"path {path.path or '/'} of host {one.host} is claimed by Ingress '{earlier.namespace}/{earlier.name}' too",
                    at=ingress.resource.place.at(*path.at, "path"),
                    related=[Related(earlier.resource.place.at(*taken.at, "path"), "the other claim")],
                    notes=["controllers take one of the two, most the older Ingress"],
                )


def _is_a_gap(host: str) -> bool:
    """Whether readers write a host of their own here, each Ingress another; a variable is one host for all."""
    return stands_for_a_value(host) and not has_variable(host)
