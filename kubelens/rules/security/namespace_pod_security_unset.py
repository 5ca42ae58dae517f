"""A namespace says nothing of what its Pods may do.

Without the label ``pod-security.kubernetes.io/enforce`` the API server takes privileged Pods there, unless the
cluster's own default or another policy refuses them.

Bad:

```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop  # expect: enforce
```

Good:

```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule

_ENFORCE: Final = "pod-security.kubernetes.io/enforce"
_LEVELS: Final = ("privileged", "baseline", "restricted")


@rule(
    on="Namespace",
    severity=Severity.INFO,
    profiles=(Profile.SECURITY,),
    options=(Option("level", "privileged", "the lowest level that is not reported: privileged, baseline, restricted"),),
    aliases=(
        "kubescape:C-0192",
        "kubescape:C-0193",
        "kubescape:C-0197",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each namespace."""
    level = resource.labels.get(_ENFORCE)
    if level is None:
        yield ctx.finding(
            f"namespace {resource.name!r} has no label {_ENFORCE!r}", at=resource.place.at("metadata", "name")
        )
    elif level in _LEVELS and _LEVELS.index(level) < _LEVELS.index(ctx.options["level"]):
        at = resource.place.at("metadata", "labels", _ENFORCE)
        yield ctx.finding(f"namespace {resource.name!r} enforces {level!r}, below {ctx.options['level']!r}", at=at)
