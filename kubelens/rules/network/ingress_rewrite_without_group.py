"""An Ingress for ingress-nginx rewrites paths to a group that none of its paths has.

``rewrite-target: /$2`` stands for what the second group of the path's regular expression matched. Where no path has that many
groups nothing stands there: every request arrives as the rest of the target, ``/``.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /$2  # expect: $2
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /api
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
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /$2
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
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

- https://kubernetes.github.io/ingress-nginx/examples/rewrite/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube.network import read_ingress
from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.predict.network.ingress_controllers.nginx.matching import groups_in
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.syntax.pattern import pattern

_ANNOTATION: Final = "nginx.ingress.kubernetes.io/rewrite-target"
_GROUP: Final = pattern(r"\$([1-9])", re.ASCII)


@rule(on="Ingress", severity=Severity.WARNING, mentions=("rewrite-target",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding, at the annotation."""
    target = resource.annotations.get(_ANNOTATION, "")
    ingress = read_ingress(resource) if _GROUP.search(target) else None
    if ingress is None or resource.partial:
        return
    paths = [path.path for entry in ingress.rules for path in entry.paths]
    if not paths or any(has_variable(path.replace("$)", ")")) for path in paths):
        return
    most = max(groups_in(path) for path in paths)
    beyond = [number for number in map(int, _GROUP.findall(target)) if number > most]
    if beyond:
        has = (
            "no path of it has a group"
            if not most
            else f"no path of it has more than {most} group{'s' if most > 1 else ''}"
        )
        yield ctx.finding(
            f"rewrite-target of {resource.key} uses ${beyond[0]}, and {has}",
            at=resource.place.at("metadata", "annotations", _ANNOTATION),
            notes=[
                f"nothing stands for ${beyond[0]}: every request arrives as {_GROUP.sub('', target) or '/'!r}",
                "a path such as /api(/|$)(.*) has two groups; its pathType is ImplementationSpecific",
            ],
        )
