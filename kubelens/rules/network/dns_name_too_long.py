"""A StatefulSet whose name leaves no room for what its controller adds to it.

The controller labels every Pod with its revision, ``NAME-`` and a hash of up to ten characters; a label value ends at 63
characters, so with a name of more than 52 no Pod can be created. The API server takes the StatefulSet all the same.
In a chart whose release nobody names, a name that is short enough with a short release name is not told.

Bad:

```yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: orders-database-of-the-european-warehouse-shipping-department  # expect: no Pod
spec:
  serviceName: orders
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: db
          image: db:1
```

Good:

```yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: orders
spec:
  serviceName: orders
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: db
          image: db:1
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule

_LABEL: Final = 63
_REVISION: Final = len("-") + 10


@rule(on="StatefulSet", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a name that is too long."""
    if resource.partial or resource.gvk.group != "apps" or len(resource.name) + _REVISION <= _LABEL:
        return
    longest = _LABEL - _REVISION
    if ctx.bundle.is_too_long_by_assumption(resource.name, longest):
        return
    yield ctx.finding(
        f"the name has {len(resource.name)} characters: no Pod of a StatefulSet with more than {longest} can be created",
        at=resource.place.at("metadata", "name"),
        notes=["the label controller-revision-hash holds the name and a hash, and ends at 63 characters"],
    )
