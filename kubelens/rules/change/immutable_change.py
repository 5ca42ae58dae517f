"""A change of a field that cannot change once the object exists.

The API server refuses the edit, so `kubectl apply` fails half way through a release: a Job's template, a
StatefulSet's volumeClaimTemplates, a Service's clusterIP, a binding's roleRef, a claim that shrinks, an immutable
ConfigMap. The object has to be deleted and made anew, or get a new name. Needs `--against`.

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
from collections.abc import Iterator

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.answer import Stage
from kubelens.predict.chain.updated import Updated, is_made_anew
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.changed_value import changed_fields, one_change
from kubelens.rules.claims import judged, place_of

_SAID = "cannot be changed"
_SELECTORS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})


@rule(on=Resource, severity=Severity.ERROR, needs_old=True)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field the server refuses to change; what it refuses anyway is told by other rules."""
    old = _before(resource, ctx)
    if old is None or is_made_anew(resource):
        return
    alone, before = judged(resource, ctx), judged(old, ctx)
    if alone is None or alone.causes or before is None or before.stage is not Stage.ACCEPTED:
        return
    judgement = ctx.ask(Updated(resource, old, ctx.facts.node_port_range)).answer
    causes = judgement.causes if judgement is not None else ()
    for cause in causes:
        if resource.kind in _SELECTORS and cause.field.startswith("spec.selector"):
            continue
        path = _written(cause.path, resource)
        changed = changed_fields(fields.at(old.value, path), fields.at(resource.value, path))
        if len(changed) == 1 and any(other.path == (*path, changed[0]) for other in causes):
            continue  # told there
        at = place_of(resource, replace(cause, path=path))
        below = one_change(fields.at(old.value, path), fields.at(resource.value, path))
        why = re.sub(r'^"[^"]*": ', "", cause.message).removeprefix(f"{_SAID}: ")
        yield ctx.finding(
            f"{cause.field or resource.kind} of {resource.key} cannot change{'' if why == _SAID else f': {why}'}",
            at=at.at(*below),
            label=_label(old, (*path, *below), resource),
            notes=["the API server refuses the edit: delete the object first, or give the new one another name"],
        )


def _label(old: Resource, path: tuple[str | int, ...], new: Resource) -> str:
    before = fields.at(old.value, path)
    if isinstance(before, str | int | bool):
        return f"it was {before}"
    changed = changed_fields(before, fields.at(new.value, path))
    return f"changed: {', '.join(changed)}" if changed else ""


def _written(path: tuple[str | int, ...], resource: Resource) -> tuple[str | int, ...]:
    """Where a cause stands in the text: ``clusterIPs`` is made from ``clusterIP`` where that alone is written."""
    if path[:2] == ("spec", "clusterIPs") and "clusterIPs" not in resource.spec:
        return ("spec", "clusterIP")
    return path


def _before(resource: Resource, ctx: Context) -> Resource | None:
    old = ctx.facts.old
    if old is None or resource.partial or not resource.name:
        return None
    found = old.get(resource.kind, resource.namespace, resource.name, group=resource.gvk.group)
    if found is None or found.partial or found.gvk != resource.gvk or found.value == resource.value:
        return None
    return found
