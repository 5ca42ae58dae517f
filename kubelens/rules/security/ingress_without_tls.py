"""An Ingress serves its hosts without TLS.

Without a ``tls`` section the controller answers in clear text, or with its own self-signed certificate.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:  # expect: TLS
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

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on="Ingress",
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "polaris:tlsSettingsMissing",
        "kubescape:C-0263",
        "gatekeeper:httpsonly",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    tls = resource.spec.get("tls")
    if not tls:
        yield ctx.finding(f"{resource.key} has no TLS", at=resource.place.at("spec").key(), label="no tls section")
