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

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.network import PortByNumber, read_service
from kubelens.kube.pod import ContainerPort
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, selected_workloads
from kubelens.rules.api import Applicability, Context, Finding, Fix, Related, SetValue, Severity, rule

_BESIDE: Final = re.compile("metrics|prometheus|health|webhook|debug|profil")
"""Names of what programs serve beside what they are for, and seldom declare."""


@rule(on="Service", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding, where neither the Service nor its Pods leave a choice."""
    service = read_service(resource)
    if service is None or resource.partial or service.selector is None or len(service.ports) != 1:
        return
    port = service.ports[0]
    if _BESIDE.search(f"{service.name} {port.name}"):
        return
    pods = selected_workloads(ctx.bundle, service.selector, service.namespace)
    declared = {(one.number, one.protocol) for pod in pods for one in [_only_port(pod, ctx)] if one is not None}
    if not isinstance(port.target, PortByNumber) or len(declared) != 1 or any(_only_port(p, ctx) is None for p in pods):
        return
    ((number, protocol),) = declared
    if protocol != port.protocol or number == port.target.number:
        return
    at = resource.place.at("spec", "ports", port.index)
    written = fields.at(resource.value, ("spec", "ports", port.index, "targetPort")) is not None
    place = at.at("targetPort" if written else "port")
    first = _only_port(pods[0], ctx)
    related = (
        []
        if first is None
        else [Related(pods[0].resource.place.at(*first.path), f"the one port of {pods[0].resource.key}")]
    )
    yield ctx.finding(
        f"{resource.key} sends to port {port.target.number}; its Pods declare port {number} alone",
        at=place,
        related=related,
        notes=["connections are refused unless something listens there undeclared"],
        fix=Fix(f"targetPort: {number}", (SetValue(place, str(number)),), Applicability.UNSAFE) if written else None,
    )


def _only_port(workload: Workload, ctx: Context) -> ContainerPort | None:
    """The only port of the only container of a workload's Pods."""
    running = list(workload.pod.running_containers())
    if len(running) != 1 or len(running[0].ports) != 1 or ctx.bundle.is_patched(workload.resource):
        return None
    port = running[0].ports[0]
    return port if port.number else None
