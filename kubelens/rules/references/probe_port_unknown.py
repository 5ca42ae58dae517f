"""A probe or hook that names a port its container does not declare.

The kubelet looks a named port up among the ports of that very container. Where it is not there, asking is an error each
time, which counts neither as a success nor as a failure: the container is never ready, never counts as started, and a
liveness probe restarts nothing. A hook fails.

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
      ports:
        - name: http
          containerPort: 80
      readinessProbe:
        httpGet:
          path: /
          port: web  # expect: web
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
      ports:
        - name: http
          containerPort: 80
      readinessProbe:
        httpGet:
          path: /
          port: http
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS, read_workload
from kubelens.rules.api import Context, Finding, Related, Severity, rule

_HANDLERS = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)
_FOLLOWS = {
    "livenessProbe": "the kubelet cannot ask: the probe restarts nothing",
    "readinessProbe": "the kubelet cannot ask: the container is never ready",
    "startupProbe": "the kubelet cannot ask: the container never counts as started, so it is never ready",
    "postStart": "the hook fails each time: the container is stopped and started again",
    "preStop": "the hook fails each time: SIGTERM follows at once",
}


@rule(
    on=WORKLOAD_KINDS,
    mentions=("Probe", "lifecycle"),
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:liveness-port",
        "kube-linter:readiness-port",
        "kube-linter:startup-port",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each handler, at its port."""
    workload = read_workload(resource)
    if workload is None or resource.partial:
        return
    for container in workload.pod.containers:
        for path in _HANDLERS:
            handler = container.value
            for step in path:
                handler = fields.mapping(handler, step)
            for action in ("httpGet", "tcpSocket"):
                port = fields.mapping(handler, action).get("port")
                if not isinstance(port, str) or port.isdigit() or "$" in port:
                    continue
                if any(declared.name == port for declared in container.ports):
                    continue
                ports = resource.place.at(*container.path, "ports")
                there = ", ".join(f"'{p.name}'" for p in container.ports if p.name) or "none with a name"
                yield ctx.finding(
                    f"container '{container.name}' declares no port named '{port}'",
                    at=resource.place.at(*container.path, *path, action, "port"),
                    related=[
                        Related(
                            ports if container.ports else resource.place.at(*container.path, "name"),
                            f"it declares {there}",
                        )
                    ],
                    notes=[_FOLLOWS[path[-1]]],
                )
