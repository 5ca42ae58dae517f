"""The container runs without a seccomp profile.

Unless a profile is named, or the kubelet defaults to one, every system call is open. ``RuntimeDefault`` blocks those
that containers do not need.

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
        - name: web  # expect: seccomp
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
      securityContext:
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._context import effective


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(Profile.SECURITY,),
    options=(
        Option("unset", True, "whether containers without any profile are reported"),
        Option("types", ["RuntimeDefault", "Localhost"], "types of profile that are not reported"),
    ),
    aliases=(
        "checkov:CKV_K8S_31",
        "kube-score:container-seccomp-profile",
        "kics:seccomp_profile_is_not_configured",
        "kubescape:C-0210",
        "kyverno:restrict-seccomp-strict",
        "kyverno:restrict-seccomp",
        "gatekeeper:seccompv2",
        "kubeaudit:SeccompProfileMissing",
        "kubeaudit:SeccompDisabledContainer",
        "kubeaudit:SeccompDisabledPod",
        "kubeaudit:SeccompDeprecatedAnnotations",
        "trivy:KSV-0030",
        "trivy:KSV-0104",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    value, at = effective(pc, "seccompProfile")
    kind = value.get("type") if isinstance(value, dict) else None
    annotations = {**pc.workload.resource.annotations, **pc.workload.pod.annotations}
    if any(
        key.startswith(("seccomp.security.alpha.kubernetes.io/", "container.seccomp.security.alpha"))
        for key in annotations
    ):
        return
    if kind is None:
        if ctx.options["unset"]:
            yield ctx.finding(f"{pc.title()} has no seccomp profile", at=at)
    elif kind not in ctx.options["types"]:
        label = "every system call is open" if kind == "Unconfined" else ""
        yield ctx.finding(f"{pc.title()} runs with the seccomp profile {kind}", at=at, label=label)
