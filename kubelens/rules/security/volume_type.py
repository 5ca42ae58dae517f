"""A volume is of a type that reaches past the Pod.

The restricted Pod Security standard lets Pods mount what belongs to them: configMap, csi, downwardAPI, emptyDir,
ephemeral, image, persistentVolumeClaim, projected and secret.

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
          nfs:  # expect: nfs
            server: files.example.org
            path: /srv
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
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: data
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Severity, rule

_OWN: Final = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
]


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("allowed", _OWN, "types that are not reported"),),
    aliases=(
        "kyverno:restrict-volume-types",
        "gatekeeper:volumes",
        "trivy:KSV-0028",
        "trivy:KSV-0121",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each volume."""
    for volume in workload.pod.volumes:
        if volume.source and volume.source not in ctx.options["allowed"]:
            at = workload.resource.place.at(*volume.path, volume.source).key()
            yield ctx.finding(f"volume {volume.name!r} of {workload.resource.key} is of type {volume.source}", at=at)
