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

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule

_DIGEST: Final = re.compile(r"@(?:sha256:[0-9a-f]{64}|(?!sha256:)[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+)\Z")
"""OCI's grammar of a digest: an algorithm and what it gave; 64 lower-case hexadecimal digits for sha256."""


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(),
    aliases=(
        "checkov:CKV_K8S_43",
        "kics:image_without_digest",
        "kubescape:C-0306",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if pc.container.image and not _DIGEST.search(pc.container.image):
        yield ctx.finding(f"image {pc.container.image!r} of {pc.title()} has no digest", at=pc.place("image"))
