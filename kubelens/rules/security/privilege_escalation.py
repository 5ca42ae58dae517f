"""A process of the container can gain more privileges than it started with.

Unless ``allowPrivilegeEscalation`` is false, ``no_new_privs`` is not set and a setuid binary runs as root. It stays
possible for privileged containers and those with SYS_ADMIN.

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
        - name: web  # expect: privilege
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
            allowPrivilegeEscalation: false
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._context import own_setting


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(Option("only-explicit", False, "report only where it is written as true"),),
    aliases=(
        "checkov:CKV_K8S_20",
        "kube-linter:privilege-escalation-container",
        "polaris:privilegeEscalationAllowed",
        "kics:privilege_escalation_allowed",
        "kubescape:C-0016",
        "kyverno:disallow-privilege-escalation",
        "gatekeeper:allow-privilege-escalation",
        "kubeaudit:AllowPrivilegeEscalationNil",
        "kubeaudit:AllowPrivilegeEscalationTrue",
        "trivy:KSV-0001",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    value, at = own_setting(pc, "allowPrivilegeEscalation")
    if value is not False and (value is True or not ctx.options["only-explicit"]):
        written = "true" if value is True else "not set"
        yield ctx.finding(
            f"{pc.title()} allows privilege escalation: allowPrivilegeEscalation is {written}",
            at=at,
            label="setuid binaries work",
        )
