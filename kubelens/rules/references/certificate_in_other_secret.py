"""An Ingress takes its certificate from one Secret, and the Certificate for its host is written into another.

cert-manager writes into ``spec.secretName`` of the Certificate. An Ingress that names another Secret, which nothing makes, is
served with the controller's own certificate. Quiet where a Certificate or an annotation for cert-manager makes the Secret that
the Ingress names, and where it is among the manifests.

Bad:

```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: shop
spec:
  secretName: shop-cert
  dnsNames: [shop.example.com]
  issuerRef:
    name: letsencrypt
    kind: ClusterIssuer
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  ingressClassName: nginx
  tls:
    - hosts: [shop.example.com]
      secretName: shop-tls  # expect: shop-cert
  rules:
    - host: shop.example.com
```

Good:

```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: shop
spec:
  secretName: shop-tls
  dnsNames: [shop.example.com]
  issuerRef:
    name: letsencrypt
    kind: ClusterIssuer
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  ingressClassName: nginx
  tls:
    - hosts: [shop.example.com]
      secretName: shop-tls
  rules:
    - host: shop.example.com
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_cluster

_BY_ANNOTATION = ("cert-manager.io/", "kubernetes.io/tls-acme", "certmanager.k8s.io/")


@rule(on="Ingress", severity=Severity.WARNING, mentions=("secretName",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each entry of ``tls``."""
    if resource.partial or any(key.startswith(_BY_ANNOTATION) for key in resource.annotations):
        return
    written = [
        one
        for one in ctx.bundle.all("Certificate", resource.namespace, group="cert-manager.io")
        if not one.partial and share_a_cluster(resource, one, ctx.bundle)
    ]
    for index, entry in fields.items(resource.spec, "tls") if written else ():
        name, hosts = fields.text(entry, "secretName"), set(fields.texts(entry, "hosts"))
        if not name or not hosts or any(fields.text(one.spec, "secretName") == name for one in written):
            continue
        meant = next((one for one in written if hosts <= _names(one)), None)
        found = ctx.ask(PresenceOf("Secret", resource.namespace, name, "")).answer
        if meant is None or found.presence in (Presence.PRESENT, Presence.MADE):
            continue
        if ctx.facts.exists_elsewhere("Secret", name, resource.namespace):
            continue
        other = fields.text(meant.spec, "secretName")
        yield ctx.finding(
            f"{resource.key} takes its certificate from Secret '{name}'; {meant.key} for its hosts is written into '{other}'",
            at=resource.place.at("spec", "tls", index, "secretName"),
            related=[Related(meant.place.at("spec", "secretName"), "cert-manager writes here")],
            notes=["the controller serves a certificate of its own, which no browser trusts"],
        )


def _names(certificate: Resource) -> set[str]:
    common = fields.text(certificate.spec, "commonName")
    return {*fields.texts(certificate.spec, "dnsNames"), *([common] if common else [])}
