"""A container sets the same variable twice.

The last one wins, and an apply from the client side may lose either, since the list is merged by name.

Bad:

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
          env:
            - name: PORT
              value: "8080"
            - name: PORT  # expect: PORT
              value: "9090"
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
          env:
            - name: PORT
              value: "8080"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.syntax.place import Place


@rule(
    on=PodContainer,
    mentions=("env",),
    severity=Severity.WARNING,
    aliases=(
        "kube-linter:duplicate-env-var",
        "kube-score:environment-variable-key-duplication",
        "kubescape:C-0295",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    first: dict[str, Place] = {}
    for name, _, path in pc.container.env:
        at = pc.workload.resource.place.at(*path, "name")
        if name and name in first:
            related = [Related(first[name], "set here first")]
            yield ctx.finding(f"variable {name!r} of {pc.title()} is set twice", at=at, related=related)
        first.setdefault(name, at)
