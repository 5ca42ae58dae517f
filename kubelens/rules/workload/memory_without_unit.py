"""An amount of memory that has no unit, and so is a handful of bytes.

``memory: 512`` is 512 bytes. Under such a limit no container starts: the runtime itself needs some megabytes. As a request it
reserves nothing.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
      resources:
        limits:
          memory: 512  # expect: 512 bytes
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
      image: shop/web:1.27
      resources:
        limits:
          memory: 512Mi
```

References:

- https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.go_int import parse_int
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule

_MANY: Final = 1_000_000
"""Bytes: less is no amount that anybody means."""


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("memory",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each amount of digits alone."""
    for kind in ("requests", "limits"):
        written = fields.at(pc.container.value, ("resources", kind, "memory"))
        text = str(written)
        if isinstance(written, bool) or not text.isdecimal() or not 0 < (parse_int(text) or 0) < _MANY:
            continue
        place = pc.place("resources", kind, "memory")
        yield ctx.finding(
            f"memory of {pc.title()} has no unit: {text} is {text} byte{'' if int(text) == 1 else 's'}",
            at=place,
            notes=[
                "under such a limit the container does not start"
                if kind == "limits"
                else "such a request reserves nothing",
                f"mebibytes are {text}Mi",
            ],
            fix=Fix(f"{text}Mi", (SetValue(place, f"{text}Mi"),), Applicability.UNSAFE),
        )
