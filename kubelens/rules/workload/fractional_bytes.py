"""An amount of memory or disk that is a part of a byte.

``m`` stands for thousandths, as in ``500m`` of a CPU: ``memory: 500m`` is half a byte. The API server takes it with a
warning; as a request it asks for one byte, and under such a limit no container starts.

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
          resources:
            limits:
              memory: 500m  # expect: 500m
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
          resources:
            limits:
              memory: 500Mi
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule

_NAMES: Final = ("memory", "ephemeral-storage")
_NANOS: Final = 1_000_000_000
MEANT: Final = 1024 * 1024 * _NANOS
"""Above a mebibyte a rest of a byte comes from ``1.3Gi``, which is what its author means."""


@rule(
    on=PodContainer,
    mentions=("resources",),
    severity=Severity.WARNING,
    aliases=(
        "kubescape:C-0004",
        "kubescape:C-0271",
        "kubescape:C-0269",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each amount."""
    for kind, amounts in (("requests", pc.container.requests), ("limits", pc.container.limits)):
        for name in _NAMES:
            amount = amounts.get(name)
            if amount is None or not amount.nanos % _NANOS or amount.nanos > MEANT:
                continue
            written = fields.at(pc.container.value, ("resources", kind, name))
            less = " less than a byte" if amount.nanos < _NANOS else " no whole number of bytes"
            yield ctx.finding(
                f"{name} of {pc.title()} is{less}: {written!s} {'asks for' if kind == 'requests' else 'leaves'} "
                f"{-(-amount.nanos // _NANOS)} byte{'' if amount.nanos <= _NANOS else 's'}",
                at=pc.place("resources", kind, name),
                notes=["m stands for thousandths; megabytes are M or Mi"],
            )
