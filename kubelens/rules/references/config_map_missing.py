"""A ConfigMap that is missing beside one of nearly its name.

The kubelet does not start a container whose ConfigMap is missing: it waits in CreateContainerConfigError, or in
ContainerCreating where a volume needs it. Reported where the run holds a ConfigMap one slip away; names of which
nothing is known are left alone unless `unlisted` is set, as are optional ones.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  LEVEL: info
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      envFrom:
        - configMapRef:
            name: setings  # expect: setings
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  LEVEL: info
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      envFrom:
        - configMapRef:
            name: settings
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_miss import missing
from kubelens.rules.references._unlisted import UNLISTED

_REFERRERS = (*WORKLOAD_KINDS, "Prometheus", "Alertmanager", "HelmRelease", "Kustomization")


@rule(
    on=_REFERRERS,
    severity=Severity.ERROR,
    options=[UNLISTED],
    aliases=("kube-linter:env-value-from",),
    mentions=("onfigMap",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name."""
    yield from missing(resource, ctx, ("ConfigMap",), "the Pod does not start until it exists")
