"""An object lands in the namespace ``default``, or names none and lands there unless ``kubectl -n`` says otherwise.

What lives there shares its ServiceAccount, its quotas and its policies with everything else that named no namespace.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default  # expect: default
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
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
  namespace: shop
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Severity, rule

_KINDS: Final = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "Pod",
    "DeploymentConfig",
    "Service",
    "ConfigMap",
    "CSIStorageCapacity",
    "Endpoints",
    "EndpointSlice",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Lease",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "PodTemplate",
    "Role",
    "RoleBinding",
    "Secret",
    "ServiceAccount",
)


@rule(
    on=_KINDS,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("kinds", list(_KINDS[:10]), "kinds that are reported"),),
    aliases=(
        "kube-linter:use-namespace",
        "checkov:CKV_K8S_21",
        "kics:ensure_administrative_boundaries_between_resources",
        "kics:using_unrecommended_namespace",
        "kubescape:C-0061",
        "kubescape:C-0212",
        "kyverno:disallow-default-namespace",
        "trivy:KSV-0110",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if resource.namespace != "default" or resource.name == "kubernetes":
        return
    if resource.kind in ctx.options["kinds"]:
        if resource.metadata.get("namespace"):
            yield ctx.finding(
                f"{resource.key} lands in the namespace 'default'", at=resource.place.at("metadata", "namespace")
            )
        else:
            yield ctx.finding(
                f"{resource.kind} '{resource.name}' names no namespace: it lands in the one that is applied to, else in 'default'",
                at=resource.place.at("metadata", "name"),
            )
