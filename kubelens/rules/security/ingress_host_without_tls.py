"""An Ingress has certificates, but none of its ``tls`` entries is for one of its hosts.

Requests for that host are answered in plain HTTP, or with the controller's own certificate, which no browser takes.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  tls:
    - hosts: [shop.example.org]
      secretName: web-tls
  rules:
    - host: www.example.org  # expect: www.example.org
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
    - hosts: ["*.example.org"]
      secretName: web-tls
  rules:
    - host: www.example.org
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
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(
    on="Ingress",
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=("kyverno:ingress-host-match-tls",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each host, with the entries for other hosts as the other end."""
    entries = [(index, fields.texts(entry, "hosts")) for index, entry in fields.items(resource.spec, "tls")]
    if not entries or any(not hosts for _, hosts in entries):
        return
    covered = {host for _, hosts in entries for host in hosts}
    for index, line in fields.items(resource.spec, "rules"):
        host = fields.text(line, "host")
        if not host or host in covered or f"*.{host.partition('.')[2]}" in covered:
            continue
        yield ctx.finding(
            f"no tls entry of {resource.key} is for the host {host!r}",
            at=resource.place.at("spec", "rules", index, "host"),
            related=[
                Related(resource.place.at("spec", "tls", number, "hosts"), f"for {', '.join(hosts)}")
                for number, hosts in entries[:3]
            ],
        )
