"""A Secret that is missing beside one of nearly its name.

The kubelet does not start a container whose Secret is missing. Secrets that a controller makes (ExternalSecret,
SealedSecret, cert-manager and others) count as there. Without a Secret of ``imagePullSecrets`` the kubelet asks the
registry without credentials.

Bad:

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: password
stringData:
  value: example
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
        - secretRef:
            name: pasword  # expect: pasword
```

Good:

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: password
stringData:
  value: example
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
        - secretRef:
            name: password
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_miss import missing
from kubelens.rules.references._unlisted import UNLISTED

_REFERRERS = (
    *WORKLOAD_KINDS,
    "Gateway",
    "Ingress",
    "PersistentVolume",
    "ServiceAccount",
    "Prometheus",
    "Alertmanager",
    "HelmRelease",
    "Kustomization",
)


@rule(
    on=_REFERRERS,
    mentions=("ecret", "certificateRefs"),
    severity=Severity.ERROR,
    options=[UNLISTED],
    aliases=("kube-linter:env-value-from", "ingress-tls-secret-missing"),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name."""
    yield from missing(resource, ctx, ("Secret",), "what needs it does not start until it exists")
