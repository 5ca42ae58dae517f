"""Nothing keeps the container from running as root.

Without ``runAsNonRoot: true`` or a ``runAsUser`` above zero the image decides, and most images start as root. The
kubelet refuses to start a root image where ``runAsNonRoot`` is true.

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
      containers:
        - name: web
          image: shop/web:1.27
          securityContext:
            runAsUser: 0  # expect: root
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
      containers:
        - name: web
          image: shop/web:1.27
          securityContext:
            runAsNonRoot: true
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.security._context import effective


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_23",
        "kube-linter:run-as-non-root",
        "polaris:runAsRootAllowed",
        "kics:containers_running_as_root",
        "kubescape:C-0013",
        "kyverno:require-run-as-nonroot",
        "kubeaudit:RunAsUserPSCRoot",
        "kubeaudit:RunAsUserCSCRoot",
        "kubeaudit:RunAsNonRootCSCFalse",
        "kubeaudit:RunAsNonRootPSCFalseCSCNil",
        "kubeaudit:RunAsNonRootPSCNilCSCNil",
        "trivy:KSV-0012",
        "trivy:KSV-0105",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    user, at = effective(pc, "runAsUser")
    group, group_at = effective(pc, "runAsGroup")
    if group == 0 and isinstance(group, int) and not isinstance(group, bool):
        yield ctx.finding(f"{pc.title()} runs in the group of root: runAsGroup is 0", at=group_at)
    non_root, where = effective(pc, "runAsNonRoot")
    if user == 0 and isinstance(user, int) and not isinstance(user, bool):
        if non_root is True:
            yield ctx.finding(
                f"{pc.title()} never starts: runAsNonRoot is true and runAsUser is 0", at=at, label="root"
            )
        else:
            yield ctx.finding(f"{pc.title()} runs as root: runAsUser is 0", at=at)
    elif user is None and non_root is not True:
        yield ctx.finding(f"{pc.title()} can run as root: neither runAsNonRoot nor runAsUser is set", at=where)
