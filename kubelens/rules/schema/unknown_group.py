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

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.kube.schema import known_groups, schemas
from kubelens.predict.apiserver.definitions.declared import DeclaredKinds
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule

_NEAR: Final = 0.8
_SLIP: Final = 0.9


@rule(on=Resource, severity=Severity.ERROR, aliases=("kubeconform:schema-validation",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding: a built-in kind under a group that is a slip away from its own, or under one without a dot."""
    gvk = resource.gvk
    if not gvk.group or gvk.group in known_groups() or resource.definition is not None or has_variable(gvk.api_version):
        return
    meant = _meant(gvk, ctx.facts.release) or _declared(gvk, ctx)
    if meant is None:
        return
    at = resource.place.at("apiVersion")
    yield ctx.finding(
        f"there is no API group {gvk.group!r}; did you mean {meant.api_version!r}?",
        at=at,
        notes=[f"the API server knows no kind {gvk.kind!r} there: no matches for kind"],
        fix=Fix(meant.api_version, (SetValue(at, meant.api_version),), Applicability.UNSAFE),
    )


@lru_cache(maxsize=1024)
def _meant(gvk: GroupVersionKind, release: str) -> GroupVersionKind | None:
    """The built-in kind that is meant: its group is near; under a group without a dot any that has the kind.

    ``policy.k8s.io`` and ``apps.k8s.io`` are the groups without a dot under another's ending.
    """
    builtin = [known for known in schemas(release).kinds() if known.kind == gvk.kind]
    import difflib  # noqa: PLC0415 - only after a mistake

    near = difflib.get_close_matches(gvk.group, [known.group for known in builtin if known.group], 1, _NEAR)
    if not near:
        bare = gvk.group.removesuffix(".k8s.io")
        near = [known.group for known in builtin if "." not in gvk.group or known.group == bare][:1]
    found = [known for known in builtin if near and known.group == near[0]]
    same = [known for known in found if known.version == gvk.version]
    return next(iter(same or found), None)


def _declared(gvk: GroupVersionKind, ctx: Context) -> GroupVersionKind | None:
    """The same kind under a group that is a slip away, where a definition is known for it."""
    declared = ctx.ask(DeclaredKinds()).answer
    if any(group == gvk.group for group, _ in declared):
        return None  # the group is there: of two definitions neither counts, and others may be elsewhere
    groups = [group for group, kind in declared if kind == gvk.kind]
    import difflib  # noqa: PLC0415 - only after a mistake

    near = difflib.get_close_matches(gvk.group, groups, 1, _SLIP)
    if not near or gvk.group.endswith(f".{near[0]}") or near[0].endswith(f".{gvk.group}"):
        return None
    return GroupVersionKind(near[0], gvk.version, gvk.kind)
