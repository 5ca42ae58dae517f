"""A container's own variable that has the name of one the kubelet makes from a Service.

For a Service ``redis`` every container of the namespace gets ``REDIS_PORT=tcp://10.0.0.7:6379`` and more, unless
``enableServiceLinks`` is false. A variable of the container's own wins; where it is one day taken out, the program reads
the Service's value in its place, and a number becomes a URL.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: redis
spec:
  selector:
    app: redis
  ports:
    - port: 6379
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: web:1
      env:
        - name: REDIS_PORT  # expect: Service
          value: "6379"
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: redis
spec:
  selector:
    app: redis
  ports:
    - port: 6379
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  enableServiceLinks: false
  containers:
    - name: web
      image: web:1
      env:
        - name: REDIS_PORT
          value: "6379"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.predict.kubelet.service_variables import ServiceVariablesIn
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(on=Workload, severity=Severity.INFO, profiles=(Profile.RECOMMENDED,), mentions=("env",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each variable."""
    if workload.resource.partial or fields.boolean(workload.pod.value, "enableServiceLinks") is False:
        return
    made = ctx.ask(ServiceVariablesIn(workload.namespace)).answer
    if not made:
        return
    for kind in ("containers", "initContainers"):
        for index, container in fields.items(workload.pod.value, kind):
            for number, variable in fields.items(container, "env"):
                service = made.get(fields.text(variable, "name"))
                if service is None:
                    continue
                path = (*workload.pod.path, kind, index, "env", number, "name")
                yield ctx.finding(
                    f"variable {variable.get('name')!r} has the name of one made from Service '{service.name}'",
                    at=workload.resource.place.at(*path),
                    related=[Related(service.resource.place.at("metadata", "name"), "the Service")],
                    notes=["the container's own value wins; enableServiceLinks: false keeps the others away"],
                )
