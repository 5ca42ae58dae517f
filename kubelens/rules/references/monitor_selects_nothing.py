"""A ServiceMonitor selects no Service beside the one that is meant.

A ServiceMonitor goes by the labels of Services, not by their names, and not by the labels of Pods. Prometheus then has no
target, and says nothing.

A PodMonitor is held against the Pods in the same way, and what matches in a namespace that the monitor does not look in is
said too.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: shop
spec:
  selector:
    app: shop
  ports:
    - name: http
      port: 8080
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web  # expect: app=web
  endpoints:
    - port: http
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: shop
spec:
  selector:
    app: shop
  ports:
    - name: http
      port: 8080
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: shop
  endpoints:
    - port: http
```

References:

- https://prometheus-operator.dev/docs/developer/getting-started/#using-servicemonitors
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, Requirement, Selector
from kubelens.kube.workload import selected_workloads, workloads
from kubelens.predict.references.graph import SelectionsOf
from kubelens.predict.references.presence import one_slip
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import is_an_alternative, share_a_folder
from kubelens.syntax.place import Place

_SILENCE = "Prometheus finds no target and says nothing"


class _Target(Struct, frozen=True):
    """What a monitor can select: a Service, or a workload by the labels of its Pods, which stand at ``place``."""

    resource: Resource
    labels: Mapping[str, str]
    place: Place


@rule(on=("ServiceMonitor", "PodMonitor"), severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding, where one target is meant: by its name, its Pods' labels, a label one slip away, or elsewhere."""
    if resource.partial or resource.transformed:
        return
    for selection in ctx.ask(SelectionsOf(resource)).answer:
        if selection.matches or selection.selector.nothing or selection.selector.is_empty:
            continue
        targets = [one for one in _targets(resource, ctx) if _is_beside(one.resource, resource, ctx)]
        spaces = _namespaces(resource)
        near = [one for one in targets if one.resource.namespace in spaces]
        meant = [one for one in near if _is_meant(one, resource, selection.selector, ctx)]
        if len(meant) == 1:
            yield _slip(resource, meant[0], selection.selector, selection.place, ctx)
        elif not meant and "namespace" in resource.metadata:
            yield from _elsewhere(resource, targets, selection.selector, selection.place, ctx)


def _targets(monitor: Resource, ctx: Context) -> Iterator[_Target]:
    if monitor.kind == "ServiceMonitor":
        for service in ctx.bundle.all("Service"):
            yield _Target(service, service.labels, service.place.at("metadata"))
    else:
        for workload in workloads(ctx.bundle, None):
            labels = workload.resource.place.at(*workload.pod.metadata_path, "labels")
            yield _Target(workload.resource, workload.pod.labels, labels)


def _is_beside(target: Resource, monitor: Resource, ctx: Context) -> bool:
    whole = not target.partial and not target.transformed and not ctx.bundle.is_patched(target)
    return whole and share_a_folder(target, monitor) and not is_an_alternative(target, ctx.bundle)


def _namespaces(monitor: Resource) -> tuple[str, ...]:
    """The namespaces that a monitor looks in, as far as it names them."""
    selector = fields.mapping(monitor.spec, "namespaceSelector")
    return fields.texts(selector, "matchNames") or (monitor.namespace,)


def _what(monitor: Resource) -> str:
    return "Service" if monitor.kind == "ServiceMonitor" else "Pod"


def _slip(resource: Resource, meant: _Target, selector: Selector, place: Place, ctx: Context) -> Finding:
    first = selector.failing(meant.labels)[0]
    has = f"{first.key}={meant.labels[first.key]}" if first.key in meant.labels else f"no label {first.key}"
    return ctx.finding(
        f"{resource.key} matches no {_what(resource)}: it asks for {first}, {meant.resource.key} has {has}",
        at=place.at("matchLabels", first.key) if _is_plain(first) else place,
        related=[Related(meant.place, f"the {_what(resource)} that is meant")],
        notes=[_SILENCE],
    )


def _elsewhere(
    resource: Resource, targets: list[_Target], selector: Selector, place: Place, ctx: Context
) -> Iterator[Finding]:
    """What the selector matches in a namespace that the monitor does not look in."""
    found = [t for t in targets if "namespace" in t.resource.metadata and not selector.failing(t.labels)]
    spaces = {target.resource.namespace for target in found}
    if len(spaces) != 1 or ctx.bundle.assumed_namespace in {resource.namespace, *spaces}:
        return
    looks_in = ", ".join(repr(space) for space in _namespaces(resource))
    yield ctx.finding(
        f"{resource.key} matches no {_what(resource)}: {found[0].resource.key} is in namespace "
        f"'{found[0].resource.namespace}', and it looks in {looks_in} only",
        at=place,
        related=[Related(found[0].resource.place.at("metadata", "namespace"), f"the {_what(resource)} that is meant")],
        notes=[_SILENCE, "spec.namespaceSelector names the namespaces to look in"],
    )


def _is_plain(asked: Requirement) -> bool:
    return asked.operator is Operator.IN and len(asked.values) == 1


def _is_meant(target: _Target, monitor: Resource, selector: Selector, ctx: Context) -> bool:
    failing = selector.failing(target.labels)
    name = target.resource.name
    if name == monitor.name or any(name in asked.values for asked in failing if asked.operator is Operator.IN):
        return True
    if all(_is_plain(asked) and one_slip(asked.values[0], target.labels.get(asked.key, "")) for asked in failing):
        return True
    typed = read_service(target.resource) if target.resource.kind == "Service" else None
    if typed is None or typed.selector is None:
        return False
    pods = selected_workloads(ctx.bundle, typed.selector, target.resource.namespace)
    return bool(pods) and all(selector.matches(pod.pod.labels) for pod in pods)
