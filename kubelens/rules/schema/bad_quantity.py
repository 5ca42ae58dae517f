"""An amount that Kubernetes cannot read, such as ``1GB`` or ``512MB``.

Quantities are a number and one of m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei; ``B`` is no part of it. The API
server cannot decode the object.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      resources:
        limits:
          memory: 512MB  # expect: 512MB
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      resources:
        limits:
          memory: 512M
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.claims import claimed
from kubelens.rules.written import value_at


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:schema-validation",
        "kubeconform:schema-validation",
        "kubeval:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each unreadable amount."""
    for place, cause in claimed(resource, ctx, "bad-quantity"):
        value = value_at(resource, cause.path)
        fix = None
        if isinstance(value, str) and (match := re.fullmatch(r"([0-9.]+) ?([kKMGTPE]i?)[bB]", value)):
            unit = match[2].replace("K", "k") if not match[2].endswith("i") else match[2]
            fix = Fix(f"{match[1]}{unit}", (SetValue(place, f"{match[1]}{unit}"),), Applicability.UNSAFE)
        yield ctx.finding(cause.message, at=place, fix=fix, notes=["the API server cannot decode the object"])
