"""An Ingress path without a usable pathType, or of a form its pathType does not take.

``pathType`` is one of Exact, Prefix and ImplementationSpecific, in this case, and has no default; the path of the
first two begins with ``/``. The API server refuses anything else.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - http:
        paths:
          - path: /cart
            pathType: prefix  # expect: Prefix
            backend:
              service:
                name: cart
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
  rules:
    - http:
        paths:
          - path: /cart
            pathType: Prefix
            backend:
              service:
                name: cart
                port:
                  number: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import AddEntry, Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.claims import claimed
from kubelens.rules.written import value_at

_TYPES: Final = ("Exact", "Prefix", "ImplementationSpecific")


@rule(on="Ingress", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each path; the case is repaired safely."""
    for place, cause in claimed(resource, ctx, "path-type"):
        if cause.path[-1] == "path":
            yield ctx.finding(f"path {cause.message}", at=place, notes=["the API server refuses the Ingress"])
            continue
        written = value_at(resource, cause.path)
        if written is None:
            path = value_at(resource, (*cause.path[:-1], "path"))
            rooted = isinstance(path, str) and path.startswith("/")
            kind = "Prefix" if rooted else "ImplementationSpecific"  # the others take no path that is not absolute
            fix: Fix | None = Fix(
                f"pathType: {kind}", (AddEntry(place.parent, "pathType", kind),), Applicability.UNSAFE
            )
            yield ctx.finding(
                "pathType is missing: it has no default", at=place.parent, label="one of " + ", ".join(_TYPES), fix=fix
            )
            continue
        meant = next((t for t in _TYPES if isinstance(written, str) and t.lower() == written.strip().lower()), None)
        fix = Fix(meant, (SetValue(place, meant),)) if meant else None
        hint = f"; did you mean {meant!r}?" if meant else ""
        yield ctx.finding(
            f"pathType {written!r} is unknown{hint}",
            at=place,
            label="one of " + ", ".join(_TYPES),
            fix=fix,
            notes=["the API server refuses the Ingress"],
        )
