"""A path of an Ingress is written as a regular expression under a pathType that takes it literally.

``Prefix`` compares whole elements, ``Exact`` the whole path: no request holds the signs of a pattern. ingress-nginx
refuses such paths; it reads patterns under ``ImplementationSpecific`` with the annotation ``use-regex``.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - http:
        paths:
          - path: /api(/|$)(.*)  # expect: /api
            pathType: Prefix
            backend:
              service:
                name: api
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
    - http:
        paths:
          - path: /api(/|$)(.*)
            pathType: ImplementationSpecific
            backend:
              service:
                name: api
                port:
                  number: 80
```

References:

- https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.network import read_ingress
from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.syntax.pattern import pattern

_PATTERN: Final = pattern(r"\(.*\)|\.\*|\.\+|\[[^\]]+\][*+?]?|\\[dwsDWS.]|\$$|^/?\^|\||/\*$")
_LITERAL: Final = ("Prefix", "Exact")


@rule(on="Ingress", severity=Severity.WARNING, mentions=("Prefix", "Exact"))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each path."""
    ingress = read_ingress(resource)
    if ingress is None or resource.partial:
        return
    for entry in ingress.rules:
        for path in entry.paths:
            if path.type not in _LITERAL or has_variable(path.path) or not _PATTERN.search(path.path):
                continue
            yield ctx.finding(
                f"path {path.path!r} of {resource.key} is a pattern, and pathType {path.type!r} takes it literally",
                at=resource.place.at(*path.at, "path"),
                notes=[
                    "no request matches it; ingress-nginx refuses such an Ingress; a pattern is ImplementationSpecific"
                ],
            )
