"""A ServiceMonitor or PodMonitor scrapes a port whose name nothing that it selects has.

``port`` is the name of a port: of the Service for a ServiceMonitor, of a container for a PodMonitor. A number in quotes
is a name too. Prometheus then has no target, and says nothing. A monitor that selects everything is left alone.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 8080
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  endpoints:
    - port: "8080"  # expect: 8080
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 8080
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  endpoints:
    - port: http
```

References:

- https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Endpoint
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.network import read_service
from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.references.graph import SelectionsOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.syntax.place import Place

_ENDPOINTS: Final = {"ServiceMonitor": "endpoints", "PodMonitor": "podMetricsEndpoints"}


@rule(on=tuple(_ENDPOINTS), severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each port, where all that the monitor selects was read whole."""
    if resource.partial or resource.transformed or not any(fields.mapping(resource.spec, "selector").values()):
        return  # all of a namespace: Services that operators make are among it
    selected = [one for selection in ctx.ask(SelectionsOf(resource)).answer for one in selection.matches]
    if not selected or any(one.partial or one.transformed or ctx.bundle.is_patched(one) for one in selected):
        return
    named = [(name, place) for one in selected for name, place in _ports(one)]
    for index, endpoint in fields.items(resource.spec, _ENDPOINTS[resource.kind]):
        port = fields.text(endpoint, "port")
        if not port or has_variable(port) or any(name == port for name, _ in named):
            continue
        names = sorted({name for name, _ in named if name})
        has = f"; there is {', '.join(map(repr, names))}" if names else ", and none of its ports has a name"
        first = selected[0]
        yield ctx.finding(
            f"{resource.key} scrapes port {port!r}, a name that {first.key} does not have{has}",
            at=resource.place.at("spec", _ENDPOINTS[resource.kind], index, "port"),
            related=[Related(named[0][1] if named else first.place.at("metadata", "name"), "selected by the monitor")],
            notes=["Prometheus finds no target and says nothing"]
            + (["a number is written as targetPort, without quotes"] if port.isdigit() else []),
        )


def _ports(resource: Resource) -> Iterator[tuple[str, Place]]:
    service = read_service(resource)
    if service is not None:
        for port in service.ports:
            yield port.name, resource.place.at("spec", "ports", port.index)
        return
    workload = read_workload(resource)
    for container in workload.pod.running_containers() if workload is not None else ():
        for declared in container.ports:
            yield declared.name, resource.place.at(*declared.path)
