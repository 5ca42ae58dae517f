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
from typing import Final

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Severity, rule
from kubelens.syntax.pattern import pattern

_ANY_DIGEST: Final = pattern(r"@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:")
_DIGEST: Final = pattern(
    r"@(?:(?:sha256|blake3):[0-9a-f]{64}|sha512:[0-9a-f]{128}|(?!sha256:|sha512:|blake3:)[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+)\Z"
)
"""OCI's grammar of a digest: an algorithm and what it gave; hexadecimal digits in full for the known ones."""


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("whole", False, "also report digests that are cut short, which no registry knows"),),
    aliases=(
        "checkov:CKV_K8S_43",
        "kics:image_without_digest",
        "kubescape:C-0306",
        "kyverno:require-image-checksum",
        "gatekeeper:imagedigests",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    whole = _DIGEST if ctx.options["whole"] else _ANY_DIGEST
    if pc.container.image and not whole.search(pc.container.image):
        yield ctx.finding(f"image {pc.container.image!r} of {pc.title()} has no digest", at=pc.place("image"))
