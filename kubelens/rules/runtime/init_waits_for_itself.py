"""An init container waits for a Service that only its own Pods stand behind.

A Pod is an endpoint when it is ready, and it is ready only after its init containers have ended. The Service stays empty
and the init container waits for ever, unless Pods of an earlier version serve meanwhile.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
spec:
  selector:
    app: cart
  ports:
    - port: 6379
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
    spec:
      initContainers:
        - name: wait
          image: busybox:1.36
          command: [sh, -c, "until nc -z cart 6379; do sleep 1; done"]  # expect: cart
      containers:
        - name: cart
          image: shop/cart:1.4
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
    spec:
      initContainers:
        - name: wait
          image: busybox:1.36
          command: [sh, -c, "until nc -z redis 6379; do sleep 1; done"]
      containers:
        - name: cart
          image: shop/cart:1.4
```

References:

- https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.network import Service, read_service
from kubelens.kube.workload import Workload, labels_in, selected_workloads
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.syntax.pattern import pattern

_WAITS: Final = pattern(r"\b(until|while|wait-for|wait_for|dockerize|wait4x|wait-for-it)\b|--wait|-wait ")
_CONNECTS: Final = pattern(
    r"\b(nc|ncat|curl|wget|telnet|pg_isready|redis-cli|mysqladmin|grpcurl|wait-for\S*|wait4x|dockerize|/dev/tcp)\b"
)

_CHOOSES: Final = pattern(r"\bif\b|\bcase\b|ordinal|hostname|&&|\|\|", re.IGNORECASE)
"""What lets the first Pod do something else than the others."""
_LOOKS_UP: Final = pattern(r"\b(nslookup|dig|getent|host|ping)\b")
"""What waits for a name alone: a headless Service has one only while a Pod is ready."""


@rule(on=Workload, severity=Severity.WARNING, mentions=("initContainers",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each init container whose command waits for a connection to its own Pods' Service."""
    own: list[Service] | None = None
    for container in workload.pod.containers:
        if container.role != "init":
            continue
        for field in ("command", "args"):
            for index, text in enumerate(fields.texts(container.value, field)):
                if not _WAITS.search(text) or not (_CONNECTS.search(text) or _LOOKS_UP.search(text)):
                    continue
                own = _own_services(workload, ctx) if own is None else own
                for service in own:
                    if not _names(text, service, workload) or not (_CONNECTS.search(text) or service.headless):
                        continue
                    yield ctx.finding(
                        f"init container {container.name!r} of {workload.resource.key} waits for its own Pods, behind Service '{service.name}'",
                        at=workload.resource.place.at(*container.path, field, index),
                        related=[Related(service.place.at("spec", "selector"), "only these Pods are behind it")],
                        notes=["a Pod is an endpoint only when it is ready, and that is after its init containers"],
                    )


def _own_services(workload: Workload, ctx: Context) -> list[Service]:
    """The Services of the namespace behind which nothing but the workload's Pods stand, ready ones only."""
    found: list[Service] = []
    labels = labels_in(ctx.bundle, workload.resource)
    for resource in ctx.bundle.all("Service", workload.namespace):
        service = read_service(resource)
        if service is None or resource.partial or service.selector is None:
            continue
        if resource.spec.get("publishNotReadyAddresses") is True or not service.selector.matches(labels):
            continue
        if [w.resource for w in selected_workloads(ctx.bundle, service.selector, workload.namespace)] == [
            workload.resource
        ]:
            found.append(service)
    return found


def _names(text: str, service: Service, workload: Workload) -> bool:
    """Whether a command names the Service, or the Pod below it that is made first, whichever Pod runs it."""
    first = rf"(?:{re.escape(workload.resource.name)}-0\.)?" if not _CHOOSES.search(text) else ""
    return (
        re.search(
            rf"(?<![\w.-]){first}{re.escape(service.name)}(?:\.{re.escape(service.namespace)}(?:\.svc\S*)?)?(?![\w.-])",
            text,
        )
        is not None
    )
