"""An API version that the release no longer serves.

The API server answers "no matches for kind"; nothing is applied. The successor usually has other fields too: the
rest of the object is checked once the version is changed. A file called after a release, such as
``install/v0.4.1/all.yaml``, is left alone where a newer one stands beside it: it was made for the clusters of its time.

Bad:

```yaml
apiVersion: policy/v1beta1  # expect: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
```

Good:

```yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
```
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from kubelens.kube.identity import read_gvk
from kubelens.kube.lifecycle import lifecycle
from kubelens.kube.resource import Resource
from kubelens.kube.schema import releases
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.layout import has_newer_sibling, is_kept_for_older_servers

_MOST = 3


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:no-extensions-v1beta",
        "kube-score:stable-version",
        "kics:object_is_using_a_deprecated_api_version",
        "kyverno:check-deprecated-apis",
        "gatekeeper:verifydeprecatedapi",
        "trivy:KSV-0107",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each object of a removed version."""
    life = lifecycle(resource.gvk)
    if life is None or not life.is_removed(ctx.facts.release):
        return
    others = ctx.bundle.all(resource.kind)
    if has_newer_sibling(resource, others) or is_kept_for_older_servers(resource, others):
        return
    at = resource.place.at("apiVersion")
    version = resource.gvk.api_version
    instead = f"; write {life.successor}" if life.successor else ": there is no successor"
    notes = [f"a cluster of release {ctx.facts.release} does not know the kind in this version"]
    fix = None
    if life.successor:
        more = _more_to_change(resource, life.successor, ctx)
        if more:
            notes.append(f"{life.successor} asks for more than that: {'; '.join(more)}")
        else:
            fix = Fix(life.successor, (SetValue(at, life.successor),), Applicability.UNSAFE)
    yield ctx.finding(
        f"{version} {resource.kind} is gone since Kubernetes {life.removed}{instead}", at=at, fix=fix, notes=notes
    )


def _more_to_change(resource: Resource, successor: str, ctx: Context) -> list[str]:
    """What the server would refuse in the object as it is, were it of the successor's version."""
    gvk = read_gvk(successor, resource.kind)
    if gvk is None or resource.partial or ctx.facts.release not in releases():
        return []
    renamed = replace(resource, key=replace(resource.key, gvk=gvk), value={**resource.value, "apiVersion": successor})
    judged = ctx.ask(AdmissionOf(renamed, None, ctx.facts.release, ctx.facts.node_port_range)).answer
    told = (
        [f"{cause.field}: {cause.message}" if cause.field else cause.message for cause in judged.causes]
        if judged
        else []
    )
    return [*told[:_MOST], f"and {len(told) - _MOST} more"] if len(told) > _MOST else told
