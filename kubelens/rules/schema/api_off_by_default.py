"""An API version that an API server serves only when it is told to, such as an alpha or a recent beta version.

Alpha versions are always off, beta versions since Kubernetes 1.24; ``--runtime-config`` of the API server turns them on.
Where settings of an API server beside the manifests do so (of Talos, kubeadm, k3s or kind), nothing is told.
A server that was not told so answers 404: "no matches for kind". Turn the rule off where your clusters have them on.

Bad:

```yaml
apiVersion: resource.k8s.io/v1beta1  # expect: resource.k8s.io/v1
kind: DeviceClass
metadata:
  name: gpu.example.com
spec:
  selectors:
    - cel:
        expression: device.driver == "gpu.example.com"
```

Good:

```yaml
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata:
  name: gpu.example.com
spec:
  selectors:
    - cel:
        expression: device.driver == "gpu.example.com"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.lifecycle import is_off_by_default
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.kube.served import why_off
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.layout import has_newer_sibling


@rule(on=Resource, severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each object of such a version."""
    gvk, known = resource.gvk, schemas(ctx.facts.release)
    if resource.definition is not None or known.kind(gvk) is None or not is_off_by_default(gvk):
        return
    if ctx.facts.serves(gvk.api_version):
        return
    if has_newer_sibling(resource, ctx.bundle.all(resource.kind)):
        return
    version, served = gvk.api_version, _served(gvk, known.kinds())
    instead = f"write {served}" if served else f"it is on where the server runs with --runtime-config={version}=true"
    yield ctx.finding(
        f"{why_off(gvk, ctx.facts.release)}; {instead}",
        at=resource.place.at("apiVersion"),
    )


def _served(gvk: GroupVersionKind, known: list[GroupVersionKind]) -> str:
    """A version of the kind that is on by default, ``""`` where there is none."""
    same = (one for one in known if (one.group, one.kind) == (gvk.group, gvk.kind))
    return next((one.api_version for one in same if not is_off_by_default(one)), "")
