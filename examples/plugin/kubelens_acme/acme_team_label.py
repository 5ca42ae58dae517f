"""A Deployment without the label that says which team to call.

At Acme, alerts go to the team in the label `acme.example/team`; without it they go to nobody.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart  # expect: names no team
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  labels:
    acme.example/team: shop
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on="Deployment", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each Deployment that names no team."""
    if not resource.partial and "acme.example/team" not in resource.labels:
        yield ctx.finding(f"Deployment '{resource.name}' names no team", at=resource.place.at("metadata", "name"))
