"""What Pods ask of the nodes, and whether quotas have room for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kubelens.kube import fields
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.kube.resource import Resource
from kubelens.kube.workload import workloads
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import WHOLE_SET, Consequence, Kind, consequence, kinds
from kubelens.plan.sides import Side, Sides, title
from kubelens.predict.apiserver.plugins.resource_quota import in_scope, usage_of
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.alternatives import seen_from
from kubelens.predict.scheduler.total_requests import RequestsOf

_MIB = 1024 * 1024


def room(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """The sum of all requests where it changes; with nodes among the objects, the Pods that lose theirs."""
    before, after = _requests(sides, sides.old), _requests(sides, sides.after)
    differing = [name for name in sorted({*before, *after}) if before[name] != after[name]]
    if differing:
        text = ", ".join(f"{name} {_amount(name, before[name])} -> {_amount(name, after[name])}" for name in differing)
        kind: Kind = kinds()["requests"]
        yield Consequence(kind, WHOLE_SET, f"requests of all Pods: {text}")
    yield from _quotas(sides)


def _quotas(sides: Sides) -> Iterator[Consequence]:
    """One for each quota that all Pods together go beyond, and did not before."""
    for quota in sides.after.bundle.all("ResourceQuota", group=""):
        if quota.partial or not sides.after.stands(quota):
            continue
        before = sides.before(quota)
        was = _beyond(sides.old, before) if before is not None else {}
        for name, (used, hard) in _beyond(sides.after, quota).items():
            if name not in was:
                text = f"{name}: its Pods come to {used}, it allows {hard}: not all of them can be made"
                yield consequence("quota", quota, text)


def _beyond(side: Side, quota: Resource) -> Mapping[str, tuple[Quantity, Quantity]]:
    """(what all Pods come to, what is allowed) for each amount of a quota that is not enough.

    DaemonSets and CronJobs do not count: nobody knows how many Pods they have.
    """
    used: Counter[str] = Counter()
    view = seen_from(quota, side.ask)
    for workload in workloads(side.bundle, quota.namespace):
        if not view.sees(workload.resource):
            continue
        admitted = side.ask(Admitted(workload.resource)).answer
        pod, made = admitted.pod, admitted.made
        if (
            pod is not None
            and made is not None
            and workload.kind not in ("DaemonSet", "CronJob")
            and in_scope(quota.value, "Pod", pod)
        ):
            for name, nanos in usage_of("Pod", pod).items():
                used[name] += nanos * made.count
    found = {}
    for name, written in fields.mapping(quota.spec, "hard").items():
        hard = read_quantity(written)
        if hard is not None and used[name] > hard.nanos:
            found[name] = (Quantity(used[name]), hard)
    return found


def _requests(sides: Sides, side: Side) -> Mapping[str, int]:
    """cpu in milli, others in units, over all Pods that the server lets in or that run on; a DaemonSet counts once."""
    total: Counter[str] = Counter()
    for workload in workloads(side.bundle):
        resource, asked = workload.resource, side.ask
        if side is sides.after and title(resource) in sides.kept:
            resource, asked = sides.before(resource) or resource, sides.old.ask
        admitted = asked(Admitted(resource)).answer
        if resource.partial or admitted.denial is not None or admitted.made is None or _is_suspended(resource):
            continue
        for name, amount in (asked(RequestsOf(resource)).answer or {}).items():
            total[name] += amount * admitted.made.count
    return total


def _is_suspended(resource: Resource) -> bool:
    """Whether a Job or CronJob makes no Pods."""
    return resource.gvk.group == "batch" and resource.spec.get("suspend") is True


def _amount(name: str, value: int) -> str:
    if name == "cpu":
        return f"{value / 1000:g}"
    if name == "memory" or "storage" in name:
        return f"{value / _MIB:.0f}Mi"
    return str(value)
