"""An Ingress names no class, and none of the classes among the manifests is the default.

The API server fills in the default class. Without one the field stays empty, and a controller that serves a class of its
own leaves the Ingress alone: 404 for every request.

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
  name: web  # expect: no class
spec:
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

References:

- https://kubernetes.io/docs/concepts/services-networking/ingress/#default-ingress-class
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.network import Ingress, ServiceBackend, read_ingress, read_ingress_class
from kubelens.kube.resource import Resource
from kubelens.predict.chain.stored import Stored
from kubelens.predict.network.ingress_classes import takes_those_without
from kubelens.rules.api import AddEntry, Applicability, Context, Finding, Fix, Related, Severity, rule
from kubelens.rules.layout import is_an_alternative, share_a_folder


def _has_a_backend(ingress: Ingress, ctx: Context) -> bool:
    """Whether a Service it leads to is there: an Ingress without any is an example, and what serves it is not shown."""
    backends = [ingress.default_backend, *(path.backend for one in ingress.rules for path in one.paths)]
    names = {backend.name for backend in backends if isinstance(backend, ServiceBackend)}
    return any(ctx.bundle.get("Service", ingress.resource.namespace, name) is not None for name in names)


@rule(on="Ingress", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding, where the classes in the Ingress's own folders are not the default."""
    ingress = read_ingress(resource)
    if ingress is None or resource.partial or resource.transformed or ingress.class_name or ingress.class_annotation:
        return
    stored = [
        one for one in ctx.bundle.all("IngressClass") if not one.partial and ctx.ask(Stored(one)).answer.denial is None
    ]
    classes = [one for one in map(read_ingress_class, stored) if one is not None]
    if not classes or any(one.is_default or takes_those_without(one) for one in classes):
        return
    beside = [one for one in stored if share_a_folder(one, resource)]
    if not beside:
        return
    elsewhere = all(one.place.uri != resource.place.uri for one in beside)
    if elsewhere and (is_an_alternative(resource, ctx.bundle) or not _has_a_backend(ingress, ctx)):
        return
    only = classes[0].name if len(classes) == 1 else ""
    yield ctx.finding(
        f"{resource.key} names no class, and no IngressClass is the default",
        at=resource.place.at("metadata", "name"),
        related=[Related(beside[0].place.at("metadata", "name"), f"{beside[0].key} is not the default")],
        notes=["no controller takes the Ingress: requests end with 404"],
        fix=Fix(
            f"ingressClassName: {only}",
            (AddEntry(resource.place.at("spec"), "ingressClassName", only),),
            Applicability.UNSAFE,
        )
        if only
        else None,
    )
