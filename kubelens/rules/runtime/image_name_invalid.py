"""No container runtime can read the name of an image.

The API server takes almost any text. The kubelet parses it before it pulls and leaves the container waiting with
``InvalidImageName``, for ever. What an image trigger of OpenShift fills in is left alone: a blank is the usual text there.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: https://registry.example/shop/web:1.27  # expect: https://registry.example/shop/web:1.27
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example/shop/web:1.27
```

References:

- https://kubernetes.io/docs/concepts/containers/images/#image-names
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable, stands_for_a_value
from kubelens.kube.resource import Resource
from kubelens.kube.workload import PodContainer
from kubelens.predict.kubelet.image_name import ImageFault, image_fault
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.syntax.pattern import pattern

_BUILT = ("ko://", "//", "bazel:", "skaffold:")
"""What build tools replace by the image they made."""
_NAMED: Final = pattern(r"\{[A-Za-z_][A-Za-z0-9_]*\}")
"""A gap as a reader or Python's ``format`` fills it in, ``{username}/app``."""
_IN_WORDS: Final = pattern(r"[A-Za-z']+(?: [A-Za-z']+){2,}")
"""What a reader is to write there, said in words: ``the name of your image``."""
_TRIGGERS = "image.openshift.io/triggers"


@rule(on=PodContainer, severity=Severity.WARNING)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each image that would be pulled and cannot be."""
    image = pc.container.image
    if (
        not image
        or has_variable(image)
        or stands_for_a_value(image)
        or "$(" in image
        or image.startswith(_BUILT)
        or _NAMED.search(image)
        or _IN_WORDS.fullmatch(image)
        or (ctx.bundle.assumed_release and image.startswith((":", "@", "/")))  # whoever installs the chart says which
    ):
        return
    if _is_filled_in(pc.workload.resource):
        return
    if image != image.strip() and pc.workload.kind == "Pod":
        return  # the API server refuses it, and says so
    fault = image_fault(image)
    if fault is None:
        return
    blank = image != image.strip()
    right = image.strip() if blank else image.partition("://")[2] if fault is ImageFault.SCHEME else ""
    fixed = right and image_fault(right) is None
    yield ctx.finding(
        f"image {image!r} of {pc.title()} cannot be pulled: {fault.value}",
        at=pc.place("image"),
        notes=[
            "the API server takes the template and refuses its Pods: must not have leading or trailing whitespace"
            if blank
            else "the kubelet cannot read it: the container waits with InvalidImageName"
        ],
        fix=Fix(right, (SetValue(pc.place("image"), right),), Applicability.UNSAFE) if fixed else None,
    )


def _is_filled_in(resource: Resource) -> bool:
    """Whether OpenShift writes the images of its Pods (docs.openshift.com: triggering updates on image stream changes)."""
    if _TRIGGERS in resource.annotations:
        return True
    triggers = fields.items(fields.mapping(resource.value, "spec"), "triggers")
    return resource.kind == "DeploymentConfig" and any(trigger.get("type") == "ImageChange" for _, trigger in triggers)
