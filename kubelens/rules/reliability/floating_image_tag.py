"""An image has no tag, or one that is moved with every release.

``latest`` is another image on every node and after every restart; a rollback to it brings nothing back.

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
          image: nginx:latest  # expect: latest
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
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.reliability._image import image_parts


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    options=(Option("tags", ["latest"], "tags that are reported"),),
    aliases=(
        "kube-linter:latest-tag",
        "kube-score:container-image-tag",
        "polaris:tagNotSpecified",
        "checkov:CKV_K8S_14",
        "kics:invalid_image",
        "kyverno:disallow-latest-tag",
        "gatekeeper:disallowedtags",
        "trivy:KSV-0013",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    name, tag, digest = image_parts(pc.container.image)
    if not name or digest:
        return
    if not tag:
        yield ctx.finding(
            f"image {pc.container.image!r} of {pc.title()} has no tag", at=pc.place("image"), label="latest is pulled"
        )
    elif tag in ctx.options["tags"]:
        yield ctx.finding(
            f"image {pc.container.image!r} of {pc.title()} has the moving tag {tag!r}", at=pc.place("image")
        )
