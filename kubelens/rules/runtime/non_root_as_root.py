"""A container that must not run as root is told to run as root.

`runAsNonRoot: true` and `runAsUser: 0` contradict each other, also where one stands at the Pod and the other at the container.
The API server takes the Pod; the kubelet starts no such container.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
  containers:
    - name: web
      image: shop/web:1.27
      securityContext:
        runAsUser: 0  # expect: must not be 0
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
  containers:
    - name: web
      image: shop/web:1.27
      securityContext:
        runAsUser: 10001
```

References:

- https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.security._context import effective


@rule(on=PodContainer, severity=Severity.ERROR, mentions=("runAsNonRoot",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """At most one finding a container, as the kubelet compares the two (``verifyRunAsNonRoot``)."""
    (must, asked_at), (user, at) = effective(pc, "runAsNonRoot"), effective(pc, "runAsUser")
    if must is not True or isinstance(user, bool) or user != 0:
        return
    yield ctx.finding(
        f"runAsUser of {pc.title()} must not be 0 beside runAsNonRoot: true",
        at=at,
        related=[Related(asked_at, "root is forbidden here")],
        notes=[
            "the kubelet does not start it: CreateContainerConfigError, container's runAsUser breaks non-root policy"
        ],
    )
