"""An object is gone after the change, and others still refer to it.

Pods that name a ConfigMap, Secret or claim that was removed do not start any more; a Service that lost its last
workload has no endpoints; a binding whose role was removed grants nothing; with a namespace or the definition of a custom
resource everything in it is deleted. Nothing else fails while the old objects are
still in the cluster: it fails on the first restart after they are pruned. Needs `--against`.

Before:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  LEVEL: info
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: web:1.4
      envFrom:
        - configMapRef:
            name: settings
```

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: web:1.4
      envFrom:
        - configMapRef:
            name: settings  # expect: this change removes
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
      image: web:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.kube.workload import selected_workloads
from kubelens.predict.references.graph import ReferrersOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on=Bundle, severity=Severity.ERROR, needs_old=True)
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each field that names a removed object, one for each Service that lost its last workload."""
    old = ctx.facts.old
    for gone in old or ():
        if gone.partial or not gone.name or ctx.facts.exists_elsewhere(gone.kind, gone.name, gone.namespace):
            continue
        presence = ctx.ask(PresenceOf(gone.kind, gone.namespace, gone.name, gone.gvk.group)).answer.presence
        if presence not in (Presence.PRESENT, Presence.MADE):
            yield from _still_used(gone, ctx)
            yield from _still_filled(gone, bundle, ctx)
    for resource in bundle.all("Service", group=""):
        if old is not None and not resource.partial:
            yield from _emptied(resource, bundle, old, ctx)


def _still_used(gone: Resource, ctx: Context) -> Iterator[Finding]:
    for reference in ctx.ask(ReferrersOf(gone.kind, gone.namespace, gone.name)).answer:
        if reference.optional or reference.lenient or reference.source.partial:
            continue
        if reference.group is not None and reference.group != gone.gvk.group:
            continue
        yield ctx.finding(
            f"{reference.target} is what this change removes, and {reference.source.key} still refers to it",
            at=reference.place,
            notes=[f"it was in {gone.place.uri}"],
        )


def _still_filled(gone: Resource, bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for a Namespace that objects are still in, or a definition that objects still go by."""
    if gone.kind == "Namespace":
        left = [r for r in bundle if r.metadata.get("namespace") == gone.name and not r.partial]
        at, what = left[0].place.at("metadata", "namespace") if left else gone.place, "still in it"
    elif gone.kind == "CustomResourceDefinition":
        kind, group = fields.text(fields.mapping(gone.spec, "names"), "kind"), fields.text(gone.spec, "group")
        left = [r for r in bundle.all(kind, group=group) if not r.partial]
        at, what = left[0].place.at("kind") if left else gone.place, "still of its kind"
    else:
        return
    if left:
        count = f"{len(left)} objects are" if len(left) > 1 else f"{left[0].key} is"
        yield ctx.finding(
            f"this change removes {gone.key}, and {count} {what}",
            at=at,
            notes=["once it is pruned, they are deleted with it", f"it was in {gone.place.uri}"],
        )


def _emptied(resource: Resource, bundle: Bundle, old: Bundle, ctx: Context) -> Iterator[Finding]:
    service = read_service(resource)
    before = old.get("Service", resource.namespace, resource.name, group="")
    if service is None or service.selector is None or before is None:
        return
    if selected_workloads(bundle, service.selector, resource.namespace):
        return
    former = selected_workloads(old, service.selector, resource.namespace)
    if former and all(old_is_gone(w.resource, bundle) for w in former):
        names = ", ".join(f"{w.kind} {w.name!r}" for w in former)
        yield ctx.finding(
            f"this change removes {names}: no Pod is left for {resource.key}",
            at=resource.place.at("spec", "selector"),
            notes=[f"it was in {former[0].resource.place.uri}"],
        )


def old_is_gone(resource: Resource, bundle: Bundle) -> bool:
    """Whether an earlier object has no successor of its kind and name."""
    return bundle.get(resource.kind, resource.namespace, resource.name, group=resource.gvk.group) is None
