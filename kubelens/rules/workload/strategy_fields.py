"""An update strategy that the API server refuses: an unknown type, rollingUpdate beside Recreate, no room to move.

``type`` is written RollingUpdate, Recreate or OnDelete, in this case. ``rollingUpdate`` goes with RollingUpdate only,
and of maxSurge and maxUnavailable one is above zero: otherwise nothing could ever be replaced.

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
  strategy:
    type: Rollingupdate  # expect: RollingUpdate
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
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
  strategy:
    type: RollingUpdate
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Applicability, Context, Finding, Fix, RemoveEntry, SetValue, Severity, rule
from kubelens.rules.claims import claimed
from kubelens.rules.written import value_at

_TYPES: Final = {
    "Deployment": ("RollingUpdate", "Recreate"),
    "DaemonSet": ("RollingUpdate", "OnDelete"),
    "StatefulSet": ("RollingUpdate", "OnDelete"),
}


@rule(on=("Deployment", "DaemonSet", "StatefulSet"), severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field that is refused; the case of a type is repaired safely."""
    types = _TYPES[resource.kind]
    root = "strategy" if resource.kind == "Deployment" else "updateStrategy"
    for place, cause in claimed(resource, ctx, "strategy-fields"):
        written = value_at(resource, ("spec", root, "type"))
        known = isinstance(written, str) and written in types
        if not known and isinstance(written, str) and cause.path in (("spec", root), ("spec", root, "type")):
            meant = next((t for t in types if t.lower() == written.strip().lower()), None)
            at = resource.place.at("spec", root, "type")
            fix = Fix(meant, (SetValue(at, meant),)) if meant else None
            hint = f"; did you mean {meant!r}?" if meant else ""
            yield ctx.finding(
                f"{root} type {written!r} is unknown{hint}",
                at=at,
                label=f"one of {', '.join(types)}",
                fix=fix,
                notes=["the API server refuses the object"],
            )
        elif cause.path[-1:] == ("rollingUpdate",) and written != "RollingUpdate" and written is not None:
            fix = Fix("remove rollingUpdate", (RemoveEntry(place),), Applicability.UNSAFE)
            yield ctx.finding(
                f"rollingUpdate beside type {written}: {cause.message}",
                at=place.key(),
                fix=fix,
                notes=["the API server refuses the object"],
            )
        else:
            yield ctx.finding(f"{cause.field}: {cause.message}", at=place, notes=["the API server refuses the object"])
