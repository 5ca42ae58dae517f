"""An Ingress carries configuration of its own into ingress-nginx.

Snippet annotations are pasted into nginx.conf: whoever may write an Ingress reads every Secret the controller reads
(CVE-2021-25742). Controllers since 1.9 refuse them by default.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/configuration-snippet: more_set_headers "x";  # expect: configuration-snippet
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
        "checkov:CKV_K8S_152",
        "checkov:CKV_K8S_153",
        "checkov:CKV_K8S_154",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for key in resource.annotations:
        if key.startswith("nginx.ingress.kubernetes.io/") and key.endswith("-snippet"):
            at = resource.place.at("metadata", "annotations", key).key()
            yield ctx.finding(f"{resource.key} carries the snippet annotation {key!r}", at=at)
