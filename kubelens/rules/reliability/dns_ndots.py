"""A Pod looks up every outside name five times.

The default ``ndots:5`` tries the cluster's search domains first for names with fewer than five dots. ``ndots: 2``
saves most of these lookups.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: ndots
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      dnsConfig:
        options:
          - name: ndots
            value: "2"
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(),
    options=(
        Option("name", "ndots", "the option that is asked for"),
        Option("value", "2", "its value"),
    ),
    aliases=("kube-linter:dnsconfig-options",),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    options = fields.items(fields.mapping(workload.pod.value, "dnsConfig"), "options")
    written = next((entry for _, entry in options if entry.get("name") == ctx.options["name"]), None)
    value = None if written is None else fields.text(written, "value")
    if value != ctx.options["value"]:
        state = "not set" if value is None else value
        at = workload.resource.place.at("metadata", "name")
        yield ctx.finding(f"DNS option {ctx.options['name']!r} of {workload.resource.key} is {state}", at=at)
