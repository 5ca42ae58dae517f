"""The Pod or container picks an SELinux type, user or role of its own.

A type that is not one of containers, such as ``spc_t``, is not confined; a user or role moves the process out of the
policy of containers.

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
  template:
    metadata:
      labels:
        app: web
    spec:
      securityContext:
        seLinuxOptions:
          type: spc_t  # expect: spc_t
      containers:
        - name: web
          image: shop/web:1.27
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
  template:
    metadata:
      labels:
        app: web
    spec:
      securityContext:
        seLinuxOptions:
          type: container_t
          level: s0:c123,c456
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.syntax.place import Place

_TYPES: Final = ("container_t", "container_init_t", "container_kvm_t", "container_engine_t")


@rule(
    on=Workload,
    mentions=("seLinuxOptions",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "kyverno:disallow-selinux",
        "trivy:KSV-0025",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each field."""
    pod, place = workload.pod, workload.resource.place
    yield from _options(pod.value, place.at(*pod.path), f"Pods of {workload.resource.key}", ctx)
    for container in pod.containers:
        title = f"container {container.name!r} of {workload.resource.key}"
        yield from _options(container.value, place.at(*container.path), title, ctx)


def _options(value: Mapping[str, Any], place: Place, title: str, ctx: Context) -> Iterator[Finding]:
    options = fields.mapping(fields.mapping(value, "securityContext"), "seLinuxOptions")
    for key in ("type", "user", "role"):
        written = fields.text(options, key)
        if written and not (key == "type" and written in _TYPES):
            at = place.at("securityContext", "seLinuxOptions", key)
            yield ctx.finding(f"{title} run with the SELinux {key} {written!r}", at=at)
