"""The container can write to its root filesystem.

An intruder can then leave programs behind or change the ones there. With ``readOnlyRootFilesystem: true`` only
mounted volumes are writable.

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
        - name: web  # expect: root filesystem
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
      containers:
        - name: web
          image: shop/web:1.27
          securityContext:
            readOnlyRootFilesystem: true
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.security._context import own_setting


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_22",
        "kube-linter:no-read-only-root-fs",
        "kube-score:container-security-context-readonlyrootfilesystem",
        "polaris:notReadOnlyRootFilesystem",
        "kics:root_container_not_mounted_as_read_only",
        "kubescape:C-0017",
        "kyverno:require-ro-rootfs",
        "gatekeeper:read-only-root-filesystem",
        "kubeaudit:ReadOnlyRootFilesystemNil",
        "kubeaudit:ReadOnlyRootFilesystemFalse",
        "trivy:KSV-0014",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    value, at = own_setting(pc, "readOnlyRootFilesystem")
    if value is not True:
        yield ctx.finding(
            f"the root filesystem of {pc.title()} is writable", at=at, label="readOnlyRootFilesystem is not true"
        )
