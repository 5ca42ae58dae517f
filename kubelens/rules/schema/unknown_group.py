"""An API group that does not exist stands near one that does.

A group without a dot is one of Kubernetes' own or none: no CustomResourceDefinition can bring it. The API server answers
``no matches for kind``.

Bad:

```yaml
apiVersion: app/v1  # expect: apps/v1
kind: Deployment
metadata:
  name: web
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
```
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.kube.schema import known_groups, schemas
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule

_NEAR = 0.8


@rule(on=Resource, severity=Severity.ERROR, aliases=("kubeconform:schema-validation",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding: a built-in kind under a group that is a slip away from its own, or under one without a dot."""
    gvk = resource.gvk
    if not gvk.group or gvk.group in known_groups() or resource.definition is not None or has_variable(gvk.api_version):
        return
    builtin = [known for known in schemas(ctx.facts.release).kinds() if known.kind == gvk.kind and known.group]
    meant = _meant(gvk, builtin)
    if meant is None:
        return
    at = resource.place.at("apiVersion")
    yield ctx.finding(
        f"there is no API group {gvk.group!r}; did you mean {meant.api_version!r}?",
        at=at,
        notes=[f"the API server knows no kind {gvk.kind!r} there: no matches for kind"],
        fix=Fix(meant.api_version, (SetValue(at, meant.api_version),), Applicability.UNSAFE),
    )


def _meant(gvk: GroupVersionKind, builtin: list[GroupVersionKind]) -> GroupVersionKind | None:
    """The built-in kind that is meant: its group is near; under a group without a dot any that has the kind."""
    near = difflib.get_close_matches(gvk.group, [known.group for known in builtin], 1, _NEAR)
    if not near and "." not in gvk.group:
        near = [known.group for known in builtin[:1]]
    found = [known for known in builtin if near and known.group == near[0]]
    same = [known for known in found if known.version == gvk.version]
    return next(iter(same or found), None)
