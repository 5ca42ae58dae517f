"""An AppArmor profile other than the runtime's own or one of the node, or none.

``RuntimeDefault`` confines what a process may read, mount and trace; ``Unconfined`` takes that away. Kubelets read
``appArmorProfile`` since 1.30, the annotation before.

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
      securityContext:
        appArmorProfile:
          type: Unconfined  # expect: Unconfined
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
      securityContext:
        appArmorProfile:
          type: RuntimeDefault
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._context import effective

_ANNOTATION: Final = "container.apparmor.security.beta.kubernetes.io/"


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(Option("unset", False, "also report containers without any profile"),),
    aliases=(
        "kics:missing_app_armor_config",
        "kyverno:restrict-apparmor-profiles",
        "gatekeeper:apparmor",
        "kubeaudit:AppArmorAnnotationMissing",
        "kubeaudit:AppArmorBadValue",
        "kubeaudit:AppArmorDisabled",
        "trivy:KSV-0002",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each container."""
    value, at = effective(pc, "appArmorProfile")
    if isinstance(value, dict):
        if value.get("type") not in ("RuntimeDefault", "Localhost"):
            yield ctx.finding(f"{pc.title()} runs with the AppArmor profile {value.get('type')}", at=at)
        return
    key = f"{_ANNOTATION}{pc.container.name}"
    pod = pc.workload.pod
    written = pod.annotations.get(key)
    if written is None:
        if ctx.options["unset"]:
            yield ctx.finding(f"{pc.title()} has no AppArmor profile", at=at)
    elif written != "runtime/default" and not written.startswith("localhost/"):
        where = pc.workload.resource.place.at(*pod.metadata_path, "annotations", key)
        yield ctx.finding(f"{pc.title()} runs with the AppArmor profile {written!r}", at=where)
