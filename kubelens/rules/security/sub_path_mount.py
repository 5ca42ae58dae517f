"""A container mounts a part of a volume by ``subPath``.

Such a mount does not follow when its ConfigMap or Secret changes, and has more than once let containers out to their
node (CVE-2017-1002101, CVE-2021-25741).

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
      volumes:
        - name: data
          emptyDir: {}
      containers:
        - name: web
          image: shop/web:1.27
          volumeMounts:
            - name: data
              mountPath: /data
              subPath: web  # expect: subPath
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
      volumes:
        - name: data
          emptyDir: {}
      containers:
        - name: web
          image: shop/web:1.27
          volumeMounts:
            - name: data
              mountPath: /data
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on=PodContainer, severity=Severity.INFO, profiles=(), mentions=("subPath",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    for mount in pc.container.mounts:
        if mount.sub_path:
            at = pc.workload.resource.place.at(*mount.path, "subPath")
            yield ctx.finding(f"{pc.title()} mounts {mount.sub_path!r} of volume {mount.volume!r} by subPath", at=at)
