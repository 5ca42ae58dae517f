"""A change of a field that cannot change once the object exists.

The API server refuses the edit, so `kubectl apply` fails half way through a release: a Job's template, a
StatefulSet's volumeClaimTemplates, a Service's clusterIP, a binding's roleRef, a claim that shrinks, an immutable
ConfigMap. The object has to be deleted and made anew, or get a new name. Needs `--against`, or `--cluster` with what
the cluster holds.

Before:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: deployers
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
```

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: deployers
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: edit  # expect: cannot change
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: deployers-edit
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: edit
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.answer import Stage
from kubelens.predict.chain.applied import as_applied, as_written, is_emptied
from kubelens.predict.chain.updated import Updated, is_made_anew
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.changed_value import changed_fields, one_change
from kubelens.rules.claims import judged, place_of
from kubelens.rules.written import value_at
from kubelens.syntax.pattern import pattern

_SAID = "cannot be changed"
_WORD = pattern(r"[A-Za-z]+")
_NAMES_WHAT_MAY = pattern(r"\b(can be changed|may change|can change)\b")
_SELECTORS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})


@rule(on=Resource, severity=Severity.ERROR, needs_old=True)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field the server refuses to change; what it refuses anyway is told by other rules."""
    old = _before(resource, ctx)
    if old is None or is_made_anew(resource):
        return
    alone, before = judged(resource, ctx), judged(old, ctx)
    if (
        alone is None
        or alone.causes
        or before is None
        or (before.stage is not Stage.ACCEPTED and not resource.standing)
    ):
        return
    judgement = ctx.ask(Updated(resource, old, ctx.facts.node_port_range)).answer
    causes = judgement.causes if judgement is not None else ()
    after = as_applied(resource, ctx.facts.release).value
    earlier = old.value if resource.standing is None else as_written(old.value, after)
    for cause in causes:
        if resource.kind in _SELECTORS and cause.field.startswith("spec.selector"):
            continue
        path = _written(cause.path, resource)
        changed = changed_fields(fields.at(earlier, path), fields.at(after, path))
        if len(changed) == 1 and any(other.path == (*path, changed[0]) for other in causes):
            continue  # told there
        may_change = _WORD.findall(cause.message) if _NAMES_WHAT_MAY.search(cause.message) else []
        at_fault = [name for name in changed if name not in may_change]
        if resource.kind in _SELECTORS and path == ("spec",) and at_fault == ["selector"]:
            continue
        at = place_of(resource, replace(cause, path=path))
        below = one_change(fields.at(earlier, path), fields.at(after, path), may_change)
        why = re.sub(r'^"[^"]*": ', "", cause.message).removeprefix(f"{_SAID}: ")
        yield ctx.finding(
            f"{cause.field or resource.kind} of {resource.key} cannot change{'' if why == _SAID else f': {why}'}",
            at=at.at(*below) if value_at(resource, (*path, *below)) is not None else at,
            label=_label(fields.at(earlier, (*path, *below)), fields.at(after, (*path, *below)), may_change),
            notes=["the API server refuses the edit: delete the object first, or give the new one another name"],
        )


def _label(before: object, after: object, may_change: Sequence[str]) -> str:
    if isinstance(before, str | int | bool):
        return f"it was {before}"
    changed = [name for name in changed_fields(before, after) if name not in may_change]
    return f"changed: {', '.join(changed)}" if changed else ""


def _written(path: tuple[str | int, ...], resource: Resource) -> tuple[str | int, ...]:
    """Where a cause stands in the text: ``clusterIPs`` is made from ``clusterIP`` where that alone is written."""
    if path[:2] == ("spec", "clusterIPs") and "clusterIPs" not in resource.spec:
        return ("spec", "clusterIP")
    return path


def _before(resource: Resource, ctx: Context) -> Resource | None:
    found = ctx.facts.before(resource)
    if found is None or found.gvk != resource.gvk or found.value == resource.value or is_emptied(found):
        return None
    return found
