"""An image comes from a registry that is frozen or gone.

``k8s.gcr.io`` is frozen since April 2023 and its images move to ``registry.k8s.io``; ``gcr.io/google_containers`` is
older still. The option names others that are not trusted.

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
          image: k8s.gcr.io/pause:3.9  # expect: k8s.gcr.io
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
          image: registry.k8s.io/pause:3.9
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    options=(
        Option(
            "registries",
            ["k8s.gcr.io", "gcr.io/google_containers", "gcr.io/google-containers"],
            "registries, with or without a path, that are reported",
        ),
    ),
    aliases=(
        "kubescape:C-0253",
        "kubescape:C-0001",
        "kubescape:C-0078",
        "kyverno:restrict-deprecated-registry",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for registry in ctx.options["registries"]:
        if pc.container.image.startswith(registry.rstrip("/") + "/"):
            yield ctx.finding(
                f"image {pc.container.image!r} of {pc.title()} comes from {registry!r}", at=pc.place("image")
            )
