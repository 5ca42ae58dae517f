"""What autoscalers do otherwise: another target, other readings that they aim at, and those that scale no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from kubelens.kube.conversion import converted
from kubelens.kube.resource import Resource
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides, title
from kubelens.predict.controllers.podautoscaler.questions import ScalersOf, scale_target
from kubelens.predict.controllers.podautoscaler.replica_calculator import request_of
from kubelens.predict.controllers.podautoscaler.spec import Metric, Source, TargetType, read_autoscaler
from kubelens.predict.controllers.podautoscaler.target import TargetOf, same_target
from kubelens.predict.scheduler.remedy import shown_amount

_KIND = "HorizontalPodAutoscaler"
_MILLI = 1000


class Aim(Struct, frozen=True):
    """The reading that an autoscaler keeps a metric at, as it is written; ``amount``: for each Pod, in milli, where known.

    ``name``: of what. ``percent``: it is written in percent of what Pods request. ``unreadable``: why there is no reading to hold against it.
    """

    words: str
    name: str
    amount: int | None
    percent: bool = False
    unreadable: str = ""

    @property
    def told(self) -> str:
        """``9m for each Pod (99 % of the request)``."""
        if not self.percent or self.amount is None:
            return self.words
        return f"{_shown(self.name, self.amount)} for each Pod ({self.words})"

    def is_as(self, other: Aim) -> bool:
        """Whether both come to the same, as far as that is known."""
        return self.words == other.words and (self.amount == other.amount or None in (self.amount, other.amount))


def scaling(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """For each autoscaler that stays: its other target, what it aims at now, and why it scales no more."""
    changed = {id(change.new) for change in changes}
    for hpa in sides.after.bundle.all(_KIND):
        old = sides.before(hpa)
        if old is None or hpa.partial or old.partial or not (sides.old.stands(old) and sides.after.stands(hpa)):
            continue
        clashes = list(_clashes(sides, hpa, old))
        yield from clashes
        if scale_target(hpa) != scale_target(old):
            yield from _retargeted(sides, hpa, old)
            continue
        target = sides.after.bundle.get(*_slot(hpa))
        if not clashes and (id(hpa) in changed or (target is not None and id(target) in changed)):
            yield from _aims_otherwise(hpa, _aims(sides.old, old), _aims(sides.after, hpa))


def _slot(hpa: Resource) -> tuple[str, str, str]:
    kind, name = scale_target(hpa)
    return kind, hpa.namespace, name


def _clashes(sides: Sides, hpa: Resource, old: Resource) -> Iterator[Consequence]:
    """Two autoscalers of the same Pods leave them alone (podautoscaler, ``reconcileAutoscaler``: AmbiguousSelector)."""
    others = same_target(sides.after.ask, hpa)
    if others and not same_target(sides.old.ask, old):
        kind, name = scale_target(hpa)
        text = f"scales no more: {_KIND} {others[0]} has the same target, {kind} {name}, and then neither scales"
        yield consequence("autoscaler-stops", hpa, text, ["AmbiguousSelector is what both say then"])


def _retargeted(sides: Sides, hpa: Resource, old: Resource) -> Iterator[Consequence]:
    (kind, name), (old_kind, old_name) = scale_target(hpa), scale_target(old)
    notes = []
    left = sides.after.bundle.get(*_slot(old))
    if left is not None and not sides.after.ask(ScalersOf(old.namespace)).answer.get((old_kind, old_name)):
        notes.append(f"nothing scales {title(left)} any more: it keeps the Pods that it has")
    text = f"scales {kind} {name} from now on, no longer {old_kind} {old_name}"
    yield consequence("autoscaler-target", hpa, text, notes)


def _aims(side: Side, hpa: Resource) -> Mapping[str, Aim]:
    """What it aims at, by metric."""
    read = converted(hpa)
    target = side.ask(TargetOf(hpa)).answer
    known = target.workload is not None and not target.refusal and not target.idle
    return {metric.title: _aim(metric, target.requests if known else None) for metric in read_autoscaler(read).metrics}


def _aim(metric: Metric, requests: Mapping[str, Mapping[str, int]] | None) -> Aim:
    if metric.target_type is not TargetType.UTILIZATION:
        where = "in all" if metric.target_type is TargetType.VALUE else "for each Pod"
        return Aim(f"{_shown(metric.name, metric.target)} {where}", metric.name, metric.target)
    words = f"{metric.target} % of the request"
    if requests is None or metric.source not in (Source.RESOURCE, Source.CONTAINER_RESOURCE):
        return Aim(words, metric.name, None, percent=True)
    request = request_of(requests, metric.name, metric.container)
    if request is None:
        why = f"a container of its Pods has no request for {metric.name} (FailedGetResourceMetric)"
        return Aim(words, metric.name, None, percent=True, unreadable=why)
    return Aim(words, metric.name, request * metric.target // 100, percent=True)


def _shown(name: str, milli: int) -> str:
    if name == "cpu":
        return shown_amount(name, milli)
    return shown_amount(name, milli // _MILLI) if name == "memory" else f"{milli / _MILLI:g}"


def _aims_otherwise(hpa: Resource, before: Mapping[str, Aim], after: Mapping[str, Aim]) -> Iterator[Consequence]:
    told = []
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            told.append(f"scales by {name} from now on ({now.told})")
        elif now is None and was is not None:
            told.append(f"scales by {name} no more")
        elif was is not None and now is not None:
            if now.unreadable and not was.unreadable:
                text = f"scales by {name} no more: {now.unreadable}"
                yield consequence("autoscaler-stops", hpa, text)
            elif not now.is_as(was):
                told.append(f"keeps {name} at {now.told}, was {was.told}{_direction(was, now)}")
    if told:
        yield consequence("autoscaler-target", hpa, "; ".join(told))


def _direction(was: Aim, now: Aim) -> str:
    if was.amount is None or now.amount is None or was.amount == now.amount:
        return ""
    return f": {'more' if now.amount < was.amount else 'fewer'} Pods for the same load"
