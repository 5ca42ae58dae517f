"""An Ingress takes requests for every host, or for every host below a domain.

A rule without a host, or with ``*``, catches names that nobody meant, and those of other teams whose Ingress is gone.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  tls:
    - hosts: [shop.example]
      secretName: shop-tls
  rules:
    - host: '*.shop.example'  # expect: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
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
  tls:
    - hosts: [shop.example]
      secretName: shop-tls
  rules:
    - host: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on="Ingress",
    severity=Severity.INFO,
    profiles=(),
    options=(
        Option("hosts", ["none", "wildcard"], "which are reported: rules without a host, hosts with an asterisk"),
    ),
    aliases=(
        "kyverno:disallow-empty-ingress-host",
        "kyverno:restrict-ingress-wildcard",
        "gatekeeper:block-wildcard-ingress",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    for index, line in fields.items(resource.spec, "rules"):
        host = fields.text(line, "host")
        if not host and "none" in ctx.options["hosts"]:
            at = resource.place.at("spec", "rules", index)
            yield ctx.finding(f"a rule of {resource.key} takes requests for every host", at=at)
        elif host.startswith("*") and "wildcard" in ctx.options["hosts"]:
            at = resource.place.at("spec", "rules", index, "host")
            yield ctx.finding(f"a rule of {resource.key} takes requests for every host of {host!r}", at=at)
