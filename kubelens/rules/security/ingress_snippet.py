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

import re
from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on="Ingress",
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(Option("patterns", [], "regular expressions: only snippets in which one is found are reported"),),
    aliases=(
        "checkov:CKV_K8S_152",
        "checkov:CKV_K8S_153",
        "checkov:CKV_K8S_154",
        "kubescape:C-0059",
        "kyverno:disallow-ingress-nginx-custom-snippets",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for key, value in resource.annotations.items():
        if key.startswith("nginx.ingress.kubernetes.io/") and key.endswith("-snippet"):
            patterns = ctx.options["patterns"]
            if patterns and not any(re.search(pattern, value) for pattern in patterns):
                continue
            at = resource.place.at("metadata", "annotations", key).key()
            yield ctx.finding(f"{resource.key} carries the snippet annotation {key!r}", at=at)
