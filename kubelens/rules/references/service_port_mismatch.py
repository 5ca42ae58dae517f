"""The one port of a Service leads to another number than the one port that its Pods declare.

Connections go to the target's number, declared or not. Where the Pods' only container declares one port and the Service
sends to another, nothing listens there.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: game
spec:
  selector:
    app: game
  ports:
    - port: 80
      targetPort: 31000  # expect: 31000
---
apiVersion: v1
kind: Pod
metadata:
  name: game
  labels:
    app: game
spec:
  containers:
    - name: game
      image: shop/game:1.27
      ports:
        - containerPort: 7777
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: game
spec:
  selector:
    app: game
  ports:
    - port: 80
      targetPort: 7777
---
apiVersion: v1
kind: Pod
metadata:
  name: game
  labels:
    app: game
spec:
  containers:
    - name: game
      image: shop/game:1.27
      ports:
        - containerPort: 7777
```

References:

- https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Applicability, Context, Finding, Fix, Related, SetValue, Severity, rule
from kubelens.rules.references._only_port import only_port_meant


@rule(on="Service", severity=Severity.WARNING, aliases=("kics:service_does_not_target_pod",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding, where neither the Service nor its Pods leave a choice."""
    meant = only_port_meant(resource, ctx.bundle)
    if meant is None:
        return
    at = resource.place.at("spec", "ports", meant.port.index)
    written = fields.at(resource.value, ("spec", "ports", meant.port.index, "targetPort")) is not None
    place = at.at("targetPort" if written else "port")
    number = meant.declared.number
    yield ctx.finding(
        f"{resource.key} sends to port {meant.sends_to}; its Pods declare port {number} alone",
        at=place,
        related=[
            Related(
                meant.workload.resource.place.at(*meant.declared.path), f"the one port of {meant.workload.resource.key}"
            )
        ],
        notes=["connections are refused unless something listens there undeclared"],
        fix=Fix(f"targetPort: {number}", (SetValue(place, str(number)),), Applicability.UNSAFE) if written else None,
    )
