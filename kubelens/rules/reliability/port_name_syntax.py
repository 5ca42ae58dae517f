"""A port has a name or a number that the API server refuses.

Names are at most 15 lower-case letters, digits and single hyphens with a letter among them; numbers go from 1 to
65535.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
      targetPort: web-server-over-http  # expect: web-server-over-http
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
      targetPort: http
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS, read_workload
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.syntax.pattern import pattern

_NAME: Final = pattern(r"(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def _ports(resource: Resource) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Target ports of a Service, names of container ports of anything that runs Pods, each with its path."""
    if resource.kind == "Service" and not resource.gvk.group:
        for index, port in fields.items(resource.spec, "ports"):
            yield ("spec", "ports", index, "targetPort"), port.get("targetPort")
    elif (workload := read_workload(resource)) is not None:
        for container in workload.pod.containers:
            for declared in container.ports:
                yield (*declared.path, "name"), declared.name


@rule(
    on=("Service", *WORKLOAD_KINDS),
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=("kube-linter:invalid-target-ports",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for path, value in _ports(resource):
        if isinstance(value, bool) or value is None or value == "":
            continue
        if isinstance(value, int):
            if not 1 <= value <= 65535:
                yield ctx.finding(
                    f"port {value} of {resource.key} is not between 1 and 65535", at=resource.place.at(*path)
                )
        elif isinstance(value, str) and not (len(value) <= 15 and _NAME.fullmatch(value) and "--" not in value):
            yield ctx.finding(
                f"port name {value!r} of {resource.key} is not valid",
                at=resource.place.at(*path),
                label="at most 15 of a-z, 0-9 and -",
            )
