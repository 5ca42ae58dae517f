"""The Pod gets a token for the API server, whether it needs one or not.

Unless ``automountServiceAccountToken`` is false on the Pod or on its ServiceAccount, a token is mounted. A program
that never calls the API server has no use for it; an intruder has.

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
      automountServiceAccountToken: true  # expect: token
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
      automountServiceAccountToken: false
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_38",
        "polaris:automountServiceAccountToken",
        "kics:service_account_token_automount_not_disabled",
        "kubescape:C-0034",
        "kubescape:C-0190",
        "kyverno:restrict-automount-sa-token",
        "gatekeeper:automount-serviceaccount-token",
        "trivy:KSV-0036",
        "kubeaudit:AutomountServiceAccountTokenTrueAndDefaultSA",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    value = workload.pod.value.get("automountServiceAccountToken")
    if value is False:
        return
    name = workload.pod.service_account or "default"
    account = ctx.bundle.get("ServiceAccount", workload.namespace, name)
    if value is None and account is not None and account.value.get("automountServiceAccountToken") is False:
        return
    at = workload.resource.place.at(*workload.pod.path)
    at = at.at("automountServiceAccountToken") if value is True else at
    yield ctx.finding(f"Pods of {workload.resource.key} get the token of ServiceAccount {name!r}", at=at)
