"""What stands behind each Service before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kubelens.kube.network import ServiceType, read_service
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides, title
from kubelens.predict.chain.sync_turns import deletion_waves, turn_of
from kubelens.predict.network.destination import pods_behind

Behind = Mapping[str, tuple[str, ...]]
"""For each port of a Service (by name, else number) the workloads with their ports."""


def endpoints(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Service that is there on both sides and has other Pods or ports behind it."""
    for new in sides.after.bundle.all("Service", group=""):
        old = sides.before(new)
        if old is None or not sides.old.stands(old) or not sides.after.stands(new):
            continue
        before, after = _behind(sides.old, old), _behind(sides.after, new)
        if before is None or after is None:
            continue
        after = {port: _with_kept(pods, before.get(port, ()), sides.serving) for port, pods in after.items()}
        if before == after:
            continue
        gap = _gap(sides, changes, before, after)
        if gap:
            yield consequence("endpoints-gap", new, gap)
        else:
            yield from _compared(new, before, after, _refused_before(sides, changes))


def _refused_before(sides: Sides, changes: Sequence[ObjectChange]) -> frozenset[str]:
    """The changed objects of which the server did not take what was written before: what the cluster has is not known."""
    return frozenset(
        title(change.resource)
        for change in changes
        if change.old is not None and change.new is not None and not sides.old.stands(change.old)
    )


def _behind(side: Side, resource: Resource) -> Behind | None:
    service = read_service(resource)
    if service is None or service.selector is None or service.type is ServiceType.EXTERNAL_NAME:
        return None
    return {
        f"{port.number}/{port.protocol}": tuple(sorted(pods_behind(side.ask, service, port))) for port in service.ports
    }


def _with_kept(pods: tuple[str, ...], before: tuple[str, ...], kept: frozenset[str]) -> tuple[str, ...]:
    """Those of workloads that keep their old Pods, too."""
    return tuple(sorted({*pods, *(pod for pod in before if pod.rpartition(":")[0] in kept)}))


def _gap(sides: Sides, changes: Sequence[ObjectChange], before: Behind, after: Behind) -> str:
    """Why nobody answers for a while where all workloads behind a Service go and others come, ``""`` where somebody does.

    Flux (kustomize-controller, ``reconcile``), Helm and ``kubectl apply --prune`` delete once they have applied, and wait for
    nothing between; Argo CD deletes before it applies what is in the same wave.
    """
    was, now = _workloads(before), _workloads(after)
    gone = {title(one): one for change in changes if change.action is Action.REMOVE and (one := change.old) is not None}
    come = {title(one): one for change in changes if change.action is Action.ADD and (one := change.new) is not None}
    if not was or not now or not was <= gone.keys() or not now <= come.keys():
        return ""
    waves = {
        title(one): wave for wave, all_of in deletion_waves(gone.values(), sides.new.bundle).items() for one in all_of
    }
    turns = [turn_of(come[name]) for name in now]
    if all(turn is not None and turn.wave < min(waves[name] for name in was) for turn in turns):
        return ""
    names = ", ".join(sorted(was)), ", ".join(sorted(now))
    return (
        f"{names[0]} -> {names[1]}: nobody answers from when the old one is deleted until Pods of the new one are ready"
    )


def _workloads(behind: Behind) -> frozenset[str]:
    return frozenset(pod.rpartition(":")[0] for pods in behind.values() for pod in pods)


def _compared(service: Resource, before: Behind, after: Behind, refused: frozenset[str]) -> Iterator[Consequence]:
    had, has = any(before.values()), any(after.values())
    if had and not has:
        was = ", ".join(sorted({pod for pods in before.values() for pod in pods}))
        yield consequence("endpoints-lost", service, f"no Pod stands behind it any more; it was {was}")
    elif has and not had:
        now = ", ".join(sorted({pod for pods in after.values() for pod in pods}))
        were = ", ".join(sorted(_workloads(after) & refused))
        why = f"what was written of {were} before was refused" if were else "nothing stood behind it"
        yield consequence("endpoints-gained", service, f"leads to {now} now; {why}")
    else:
        differing = [port for port in dict.fromkeys([*before, *after]) if before.get(port) != after.get(port)]
        differing = [port for port in differing if before.get(port) or after.get(port)]
        lines = [f"{port}: {_said(before.get(port))} -> {_said(after.get(port))}" for port in differing]
        if lines:
            lost = any(before.get(port) for port in differing)
            yield consequence("endpoints-changed" if lost else "endpoints-gained", service, "; ".join(lines))


def _said(pods: tuple[str, ...] | None) -> str:
    if pods is None:
        return "no such port"
    return ", ".join(pods) or "nothing"
