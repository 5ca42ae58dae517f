"""An OpenShift SecurityContextConstraints lets privileged containers in.

Whoever may use the constraints starts containers that own their node.

Bad:

```yaml
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata:
  name: builds
allowPrivilegedContainer: true  # expect: privileged
```

Good:

```yaml
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata:
  name: builds
allowPrivilegedContainer: false
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on="SecurityContextConstraints",
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=("kube-linter:scc-deny-privileged-container",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if resource.value.get("allowPrivilegedContainer") is True:
        at = resource.place.at("allowPrivilegedContainer")
        yield ctx.finding(f"{resource.key} lets privileged containers in", at=at)
