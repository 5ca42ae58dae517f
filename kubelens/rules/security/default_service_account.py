"""The Pod runs under the namespace's ServiceAccount ``default``.

Every right that is ever granted to ``default`` goes to every Pod that names no account.

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
      serviceAccountName: default  # expect: default
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
      serviceAccountName: web
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("allow-without-token", True, "do not report Pods into which no token is mounted"),),
    aliases=(
        "checkov:CKV_K8S_41",
        "kube-linter:default-service-account",
        "kics:service_account_name_undefined_or_empty",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.pod.value.get("automountServiceAccountToken") is False and ctx.options["allow-without-token"]:
        return
    if workload.pod.service_account in ("", "default"):
        key = "serviceAccountName" if workload.pod.value.get("serviceAccountName") else "serviceAccount"
        at = workload.resource.place.at(*workload.pod.path)
        at = at.at(key) if workload.pod.service_account else at
        yield ctx.finding(f"Pods of {workload.resource.key} run under the ServiceAccount 'default'", at=at)
