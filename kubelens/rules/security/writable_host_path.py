"""A container can write to a path of its node.

Without ``readOnly: true`` on the mount, a ``hostPath`` is writable: what is left there outlives the Pod and can be
run by the node.

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
          hostPath:
            path: /srv/data
      containers:
        - name: web
          image: shop/web:1.27
          volumeMounts:
            - name: data
              mountPath: /data  # expect: writable
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
          hostPath:
            path: /srv/data
      containers:
        - name: web
          image: shop/web:1.27
          volumeMounts:
            - name: data
              mountPath: /data
              readOnly: true
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=PodContainer,
    mentions=("hostPath",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "kube-linter:writable-host-mount",
        "kubescape:C-0045",
        "kyverno:ensure-readonly-hostpath",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    paths = {v.name: fields.text(fields.mapping(v.value, "hostPath"), "path") for v in pc.workload.pod.volumes}
    for mount in pc.container.mounts:
        if (path := paths.get(mount.volume, "")) and not mount.read_only:
            at = pc.workload.resource.place.at(*mount.path, "mountPath")
            yield ctx.finding(f"{pc.title()} mounts the node's {path!r} writable", at=at, label="readOnly is not true")
