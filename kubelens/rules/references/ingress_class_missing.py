"""An Ingress of a class that is a slip away from one among the manifests.

No controller serves an Ingress whose class it does not know: its address stays empty and requests get no answer. Classes
are mostly installed by others, so a name unlike any class here is left alone.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: nginx
spec:
  controller: k8s.io/ingress-nginx
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: ngnix  # expect: nginx
  defaultBackend:
    service:
      name: web
      port:
        number: 80
```

Good:

```yaml
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: nginx
spec:
  controller: k8s.io/ingress-nginx
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: nginx
  defaultBackend:
    service:
      name: web
      port:
        number: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_miss import missing
from kubelens.rules.references._unlisted import UNLISTED


@rule(on="Ingress", severity=Severity.ERROR, options=[UNLISTED])
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for the name."""
    yield from missing(resource, ctx, ("IngressClass",), "no controller serves the Ingress")
