"""A Service takes traffic for addresses of its own choice.

Every node then sends packets for an address of ``externalIPs`` to this Service's Pods, whoever the address belongs to:
whoever may write a Service draws other people's traffic (CVE-2020-8554).

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  externalIPs:
    - 203.0.113.7  # expect: 203.0.113.7
  ports:
    - port: 80
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  selector:
    app: web
  ports:
    - port: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on="Service",
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(Option("allowed", [], "addresses that are not reported"),),
    aliases=(
        "kyverno:restrict-external-ips",
        "gatekeeper:externalip",
        "trivy:KSV-0108",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each address."""
    for index, address in enumerate(fields.texts(resource.spec, "externalIPs")):
        if address not in ctx.options["allowed"]:
            at = resource.place.at("spec", "externalIPs", index)
            yield ctx.finding(f"{resource.key} takes the traffic of {address}", at=at)
