"""A route that no listener of its Gateway takes.

The Gateway is there, but every listener refuses: none has the name that ``sectionName`` asks for, none is for a host of the
route, or none takes routes of this kind or namespace (``allowedRoutes``, by default those of the Gateway's own namespace).
The route is not accepted and gets no traffic. Gateways that are not among the manifests are left alone, as are namespaces
whose labels are not.

Bad:

```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
spec:
  gatewayClassName: envoy
  listeners:
    - name: https
      port: 443
      protocol: HTTPS
      tls:
        certificateRefs:
          - name: shop
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: public
      sectionName: http  # expect: http
  rules:
    - backendRefs:
        - name: shop
          port: 80
```

Good:

```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
spec:
  gatewayClassName: envoy
  listeners:
    - name: https
      port: 443
      protocol: HTTPS
      tls:
        certificateRefs:
          - name: shop
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: public
      sectionName: https
  rules:
    - backendRefs:
        - name: shop
          port: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.network.attachment import Attachment, AttachmentsOf, Refusal, says_namespace
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.syntax.place import Place

_BY_NAME = ("sectionName", "port")


@rule(on=("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"), severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each parent none of whose listeners takes the route, with a listener as the other end."""
    if resource.partial or ctx.bundle.is_patched(resource):
        return
    for attachment in ctx.ask(AttachmentsOf(resource)).answer:
        gateway = attachment.gateway
        if attachment.joined or not attachment.refusals or ctx.bundle.is_patched(gateway):
            continue
        if not all(_is_certain(refusal, attachment, resource, ctx) for refusal in attachment.refusals):
            continue
        others = [refusal for refusal in attachment.refusals if refusal.asked not in _BY_NAME]
        refusal = (others or attachment.refusals)[0]
        listener = gateway.place.at("spec", "listeners", refusal.listener)
        yield ctx.finding(
            f"no listener of {gateway.key} takes this route: {_why(attachment, refusal)}",
            at=_asked(resource, attachment, refusal),
            related=[
                Related(listener.at(refusal.said) if _is_written(refusal, gateway) else listener, "this listener")
            ],
            notes=["the route is not accepted and gets no traffic"],
        )


def _is_certain(refusal: Refusal, attachment: Attachment, resource: Resource, ctx: Context) -> bool:
    if refusal.said == "namespace labels":
        return ctx.bundle.get("Namespace", "", resource.namespace) is not None
    if refusal.said == "namespace":
        return says_namespace(resource) and says_namespace(attachment.gateway)
    return True


def _why(attachment: Attachment, refusal: Refusal) -> str:
    if refusal.asked != "sectionName":
        return refusal.why
    listeners = attachment.gateway.spec["listeners"]
    names = ", ".join(f"'{listeners[r.listener].get('name')}'" for r in attachment.refusals)
    return f"there is none of that name; it has {names}"


def _asked(resource: Resource, attachment: Attachment, refusal: Refusal) -> Place:
    if refusal.asked == "hostnames":
        return resource.place.at("spec", "hostnames")
    return resource.place.at("spec", "parentRefs", attachment.parent, refusal.asked)


def _is_written(refusal: Refusal, gateway: Resource) -> bool:
    return refusal.said in gateway.spec["listeners"][refusal.listener]
