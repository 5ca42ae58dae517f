"""Pods on their node's network ask the node's resolver, and name a Service of the cluster.

``dnsPolicy: ClusterFirst``, the default, counts as ``Default`` for a Pod with ``hostNetwork``: the node's resolver does
not know Services. ``ClusterFirstWithHostNet`` asks the cluster's DNS.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: collector
spec:
  ports:
    - port: 4317
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      hostNetwork: true
      containers:
        - name: agent
          image: shop/agent:1.4
          env:
            - name: TARGET
              value: collector:4317  # expect: collector
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: collector
spec:
  ports:
    - port: 4317
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      hostNetwork: true
      dnsPolicy: ClusterFirstWithHostNet
      containers:
        - name: agent
          image: shop/agent:1.4
          env:
            - name: TARGET
              value: collector:4317
```

References:

- https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.pod import Path
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.syntax.pattern import pattern

_HOST: Final = pattern(r"(?:^|[@/=,\s])([a-z0-9]([a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*)(?=:\d|/|$|,|\s)")
"""Where the name of a host may stand in a variable or an argument."""


@rule(on=Workload, severity=Severity.WARNING, mentions=("hostNetwork",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for the first text of a container that names a Service of the manifests."""
    policy = fields.text(workload.pod.value, "dnsPolicy") or "ClusterFirst"
    if not workload.pod.host_network or policy != "ClusterFirst" or workload.resource.transformed:
        return
    for text, path in _texts(workload):
        for found in _HOST.finditer(text):
            labels = found[1].split(".")
            if len(labels) == 1 and not re.search(rf"(^|[@/]){re.escape(found[1])}:\d", text) and "://" not in text:
                continue
            namespace = labels[1] if len(labels) > 1 else workload.namespace
            if len(labels) > 2 and labels[2] != "svc":
                continue
            service = ctx.bundle.get("Service", namespace, labels[0], group="")
            if service is None:
                continue
            yield ctx.finding(
                f"Pods of {workload.resource.key} ask their node's resolver, which does not know Service {labels[0]!r}",
                at=workload.resource.place.at(*path),
                related=[
                    Related(workload.resource.place.at(*workload.pod.path, "hostNetwork"), "on the node's network")
                ],
                notes=["the name does not resolve; dnsPolicy: ClusterFirstWithHostNet asks the cluster's DNS"],
            )
            return


def _texts(workload: Workload) -> Iterator[tuple[str, Path]]:
    for container in workload.pod.containers:
        for _, value, path in container.env:
            if value:
                yield value, (*path, "value")
        for field in ("command", "args"):
            for index, text in enumerate(fields.texts(container.value, field)):
                yield text, (*container.path, field, index)
