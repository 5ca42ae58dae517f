"""A Pod stands alone: nothing starts another one when its node goes.

A Pod without a controller is neither rescheduled nor updated; a drain even needs ``--force`` to remove it.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web  # expect: controller
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
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(
    on="Pod",
    severity=Severity.INFO,
    profiles=(),
    aliases=(
        "popeye:POP-208",
        "kubescape:C-0073",
        "kyverno:prevent-bare-pods",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if not resource.metadata.get("ownerReferences") and resource.spec.get("restartPolicy") != "Never":
        yield ctx.finding(f"{resource.key} has no controller", at=resource.place.at("metadata", "name"))
