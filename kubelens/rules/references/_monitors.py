"""What a monitor of Prometheus means where its selector matches nothing."""

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
from kubelens.rules.api import Context
from kubelens.rules.layout import is_an_alternative, share_a_cluster
from kubelens.syntax.place import Place


class Target(Struct, frozen=True):
    """What a monitor can select: a Service, or a workload by the labels of its Pods, which stand at ``place``."""

    resource: Resource
    labels: Mapping[str, str]
    place: Place


class Meant(Struct, frozen=True):
    """The target of a selector at ``place`` that matches nothing: ``failing`` it, or (empty) in another namespace."""

    target: Target
    failing: tuple[Requirement, ...]
    place: Place


def meant_targets(monitor: Resource, ctx: Context) -> Iterator[Meant]:
    """What the selectors of a monitor mean: by its name, its Pods' labels, a label one slip away, or elsewhere."""
    if monitor.partial or monitor.transformed:
        return
    for selection in ctx.ask(SelectionsOf(monitor)).answer:
        selector = selection.selector
        if selection.matches or selector.nothing or selector.is_empty:
            continue
        targets = [one for one in _targets(monitor, ctx) if _is_beside(one.resource, monitor, ctx)]
        spaces = namespaces_of(monitor)
        near = [one for one in targets if one.resource.namespace in spaces]
        meant = [one for one in near if _is_meant(one, monitor, selector, ctx)]
        if len(meant) == 1:
            yield Meant(meant[0], selector.failing(meant[0].labels), selection.place)
        elif not meant and "namespace" in monitor.metadata:
            yield from _elsewhere(monitor, targets, selector, selection.place, ctx)


def namespaces_of(monitor: Resource) -> tuple[str, ...]:
    """The namespaces that a monitor looks in, as far as it names them."""
    selector = fields.mapping(monitor.spec, "namespaceSelector")
    return fields.texts(selector, "matchNames") or (monitor.namespace,)


def is_plain(asked: Requirement) -> bool:
    """Whether a requirement is one value of one label."""
    return asked.operator is Operator.IN and len(asked.values) == 1


def _elsewhere(
    monitor: Resource, targets: list[Target], selector: Selector, place: Place, ctx: Context
) -> Iterator[Meant]:
    """What the selector matches in one namespace that the monitor does not look in."""
    found = [t for t in targets if "namespace" in t.resource.metadata and not selector.failing(t.labels)]
    spaces = {target.resource.namespace for target in found}
    if len(spaces) == 1 and ctx.bundle.assumed_namespace not in {monitor.namespace, *spaces}:
        yield Meant(found[0], (), place)


def _targets(monitor: Resource, ctx: Context) -> Iterator[Target]:
    if monitor.kind == "ServiceMonitor":
        for service in ctx.bundle.all("Service"):
            yield Target(service, service.labels, service.place.at("metadata"))
    else:
        for workload in workloads(ctx.bundle, None):
            labels = workload.resource.place.at(*workload.pod.metadata_path, "labels")
            yield Target(workload.resource, workload.pod.labels, labels)


def _is_beside(target: Resource, monitor: Resource, ctx: Context) -> bool:
    whole = not target.partial and not target.transformed and not ctx.bundle.is_patched(target)
    return whole and share_a_cluster(target, monitor, ctx.bundle) and not is_an_alternative(target, ctx.bundle)


def _is_meant(target: Target, monitor: Resource, selector: Selector, ctx: Context) -> bool:
    failing = selector.failing(target.labels)
    name = target.resource.name
    if name == monitor.name or any(name in asked.values for asked in failing if asked.operator is Operator.IN):
        return True
    if all(is_plain(asked) and one_slip(asked.values[0], target.labels.get(asked.key, "")) for asked in failing):
        return True
    typed = read_service(target.resource) if target.resource.kind == "Service" else None
    if typed is None or typed.selector is None:
        return False
    pods = selected_workloads(ctx.bundle, typed.selector, target.resource.namespace)
    return bool(pods) and all(selector.matches(pod.pod.labels) for pod in pods)
