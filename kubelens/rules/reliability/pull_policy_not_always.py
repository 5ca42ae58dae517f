"""A node may run an image that it pulled earlier without asking the registry.

Unless ``imagePullPolicy`` is Always (as it is by default for ``latest``), credentials are not checked again and a
moved tag is not noticed. Images named by digest cannot move.

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
          imagePullPolicy: IfNotPresent  # expect: IfNotPresent
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
          imagePullPolicy: Always
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Severity, rule
from kubelens.rules.reliability._image import image_parts


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("explicit", False, "also report where Always is not written but the default"),),
    aliases=(
        "kube-score:container-image-pull-policy",
        "polaris:pullPolicyNotAlways",
        "checkov:CKV_K8S_15",
        "kics:image_pull_policy_of_container_is_not_always",
        "kubescape:C-0075",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    _, tag, digest = image_parts(pc.container.image)
    policy = pc.container.value.get("imagePullPolicy")
    if not policy and not ctx.options["explicit"] and (digest or tag in ("", "latest")):
        return
    if policy != "Always":
        at = pc.place("imagePullPolicy") if policy else pc.place("name")
        yield ctx.finding(f"imagePullPolicy of {pc.title()} is {policy or 'not set'}", at=at)
