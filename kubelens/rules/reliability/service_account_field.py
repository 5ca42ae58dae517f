"""A Pod names its account in a field that is deprecated.

``serviceAccount`` is the old name of ``serviceAccountName`` and is only kept so that old manifests still work.

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
      serviceAccount: web  # expect: serviceAccount
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

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Fix, Profile, RenameKey, Severity, rule


@rule(
    on=Workload,
    mentions=("serviceAccount",),
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=(
        "kube-linter:deprecated-service-account-field",
        "kubescape:C-0294",
        "kubeaudit:AutomountServiceAccountTokenDeprecated",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    old = fields.text(workload.pod.value, "serviceAccount")
    if old and old != fields.text(workload.pod.value, "serviceAccountName"):
        at = workload.resource.place.at(*workload.pod.path, "serviceAccount")
        fix = (
            None
            if workload.pod.value.get("serviceAccountName")
            else Fix("rename to serviceAccountName", (RenameKey(at, "serviceAccountName"),))
        )
        yield ctx.finding(f"{workload.resource.key} uses the deprecated field 'serviceAccount'", at=at.key(), fix=fix)
