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
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.causes import field_notation
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.claims import claimed
from kubelens.rules.written import value_at
from kubelens.syntax.pattern import pattern

_OTHERWISE: Final = pattern(r"([0-9]+(?:[.,][0-9]+)?) ?((?:[kKmMgGtTpP][iI]?)?)[bB]?", re.ASCII)


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
        text = _meant(value) if isinstance(value, str) else None
        fix = Fix(text, (SetValue(place, text),), Applicability.UNSAFE) if text is not None else None
        field = field_notation(cause.path)
        yield ctx.finding(
            f"{field} {cause.message}", at=place, fix=fix, notes=["the API server cannot decode the object"]
        )


def _meant(written: str) -> str | None:
    """The amount that is meant where its unit is written as other trades write it: ``512MB``, ``64mi``, ``0,5``."""
    match = _OTHERWISE.fullmatch(written.strip())
    if match is None:
        return None
    number, unit = match[1].replace(",", "."), match[2]
    if len(unit) == 2 and unit[1] in "iI":
        return f"{number}{unit[0].upper()}i"
    return f"{number}{'k' if unit in ('k', 'K') else unit.upper() if unit != 'm' else unit}"
