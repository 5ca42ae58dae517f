"""An image is named by a tag that can be moved, not by its digest.

``name@sha256:...`` is the only form under which a registry can serve nothing else tomorrow.

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
          image: shop/web:1.27  # expect: digest
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
          image: shop/web:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on=PodContainer, severity=Severity.INFO, profiles=(), aliases=("checkov:CKV_K8S_43",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if pc.container.image and "@sha256:" not in pc.container.image:
        yield ctx.finding(f"image {pc.container.image!r} of {pc.title()} has no digest", at=pc.place("image"))
