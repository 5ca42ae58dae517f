"""Requests and limits that a container does not have."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option

ALSO_INIT = Option("also-init", False, "init containers too, which are done before the others start")
ACCEPT_LIMIT = Option("accept-limit", True, "a limit counts as a request, as Kubernetes takes it for one")


def without_request(pc: PodContainer, ctx: Context, resource: str, noun: str) -> Iterator[Finding]:
    """Say that a container asks for none of a resource; under ``accept-limit`` a limit stands for the request."""
    limit_counts = ctx.options["accept-limit"]
    if limit_counts and (_pod_says(pc, "limits", resource) or pc.container.limits.get(resource)):
        return
    yield from _without(pc, ctx, "requests", resource, f"{noun} request")


def without_limit(pc: PodContainer, ctx: Context, resource: str, noun: str) -> Iterator[Finding]:
    """Say that a container has no limit of a resource."""
    yield from _without(pc, ctx, "limits", resource, f"{noun} limit")


def _without(pc: PodContainer, ctx: Context, section: str, resource: str, noun: str) -> Iterator[Finding]:
    amounts = pc.container.requests if section == "requests" else pc.container.limits
    found = amounts.get(resource)
    if (found is None or not found.nanos) and _is_asked(pc, ctx) and not _pod_says(pc, section, resource):
        at = pc.place("resources", section, resource) if found is not None else pc.place("name")
        yield ctx.finding(f"{pc.title()} has no {noun}", at=at)


def _is_asked(pc: PodContainer, ctx: Context) -> bool:
    return pc.container.runs_throughout or (ctx.options["also-init"] and pc.container.role == "init")


def _pod_says(pc: PodContainer, section: str, name: str) -> bool:
    """Whether the Pod as a whole has the request or limit (``spec.resources``): its containers share it."""
    return name in fields.mapping(fields.mapping(pc.workload.pod.value, "resources"), section)
