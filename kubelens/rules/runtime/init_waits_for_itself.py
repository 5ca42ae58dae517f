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

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.predict.kubelet.waits_for_itself import may_wait, own_services, waits_in
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on=Workload, severity=Severity.WARNING, mentions=("initContainers",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each init container whose command waits for a connection to its own Pods' Service."""
    init = [one.value for one in workload.pod.containers if one.role == "init"]
    words = [text for one in init for field in ("command", "args") for text in fields.texts(one, field)]
    if not any(map(may_wait, words)):
        return
    for wait in waits_in(workload.pod, workload.resource.name, own_services(workload, ctx.bundle)):
        yield ctx.finding(
            f"init container {wait.container!r} of {workload.resource.key} waits for its own Pods, behind Service '{wait.service.name}'",
            at=workload.resource.place.at(*wait.path, wait.field, wait.index),
            related=[Related(wait.service.place.at("spec", "selector"), "only these Pods are behind it")],
            notes=["a Pod is an endpoint only when it is ready, and that is after its init containers"],
        )
