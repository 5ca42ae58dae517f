"""An API version that is deprecated: it works, and a later release removes it.

The API server warns. Changing it while both versions are served costs one line. A file called after a release is left
alone where a newer one stands beside it.

Bad:

```yaml
apiVersion: v1
kind: Endpoints  # expect: EndpointSlice
metadata:
  name: database
subsets:
  - addresses:
      - ip: 192.0.2.31
    ports:
      - port: 5432
```

Good:

```yaml
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: database-1
  labels:
    kubernetes.io/service-name: database
addressType: IPv4
endpoints:
  - addresses:
      - 192.0.2.31
ports:
  - port: 5432
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.lifecycle import is_off_by_default, lifecycle
from kubelens.kube.resource import Resource
from kubelens.kube.schema import releases, schemas
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.layout import has_newer_sibling


@rule(
    on=Resource,
    severity=Severity.WARNING,
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
    """One finding for each object of a deprecated version."""
    life = lifecycle(resource.gvk)
    if life is None or life.is_removed(ctx.facts.release) or not life.is_deprecated(ctx.facts.release):
        return
    release = ctx.facts.release
    known = release in releases() and schemas(release).kind(resource.gvk) is not None
    if known and is_off_by_default(resource.gvk):
        return  # said by api-off-by-default
    if has_newer_sibling(resource, ctx.bundle.all(resource.kind)):
        return
    until = f" and gone in {life.removed}" if life.removed else ""
    instead = f": write {life.successor}" if life.successor else ""
    yield ctx.finding(
        f"{resource.gvk.api_version} {resource.kind} is deprecated since Kubernetes {life.deprecated}{until}{instead}",
        at=resource.place.at("kind" if not life.removed else "apiVersion"),
        tags=["deprecated"],
    )
