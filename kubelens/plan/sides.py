"""The worlds that a change lies between: before it, as it is written, and what the cluster then holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.conversion import converted
from kubelens.kube.lifecycle import Lifecycle, lifecycle
from kubelens.kube.resource import Resource
from kubelens.kube.workload import workloads
from kubelens.plan.partners import partners_of
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.answer import Answer
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.kept import with_address
from kubelens.predict.chain.stored import Stored
from kubelens.predict.chain.updated import is_made_anew, refused_update
from kubelens.predict.controllers.rollout.before import Before, PodsBefore
from kubelens.predict.controllers.rollout.rollout import RolloutOf
from kubelens.predict.kubelet.never_ready import NeverReady


class Side(Struct, frozen=True, eq=False):
    """The objects of one side, and who answers questions about them."""

    bundle: Bundle
    ask: Oracle

    def stands(self, resource: Resource) -> bool:
        """Whether the API server keeps an object; one of which nothing is known is taken to be kept."""
        return not resource.partial and self.ask(Stored(resource)).answer.denial is None

    def has_no_pods(self, resource: Resource) -> bool:
        """Whether the API server lets none of a workload's Pods in."""
        return not resource.partial and self.ask(Admitted(resource)).answer.denial is not None


class Sides(Struct, frozen=True, eq=False, weakref=True):
    """``new`` is what the manifests say after the change; ``after`` what a cluster that held ``old`` holds then.

    What the server refuses stays as it was. ``kept``: workloads whose new Pods are refused and whose old ones run on;
    ``serving``: those, and the ones whose new Pods are never ready and of whose old ones some are left to serve.
    ``partners``: the old object of each new one, by the id of the new one.
    """

    old: Side
    new: Side
    after: Side
    kept: frozenset[str]
    serving: frozenset[str]
    partners: Mapping[int, Resource]
    olds: frozenset[int]
    """The ids of the old objects."""

    def before(self, resource: Resource) -> Resource | None:
        """What an object of one of the sides was before the change, None where it was not there; an old one was itself."""
        found = self.partners.get(id(resource))
        return found if found is not None else resource if id(resource) in self.olds else None


def title(resource: Resource) -> str:
    """``Kind namespace/name`` of an object; ``seed-*`` for a name that the server makes."""
    where = f"{resource.namespace}/" if resource.namespace else ""
    name = resource.name or f"{fields.text(resource.metadata, 'generateName')}*"
    return f"{resource.kind} {where}{name}"


def gone_version(resource: Resource, release: str) -> Lifecycle | None:
    """The life of an API version that a release does not serve any more, None for one that it serves."""
    life = lifecycle(resource.gvk)
    return life if life is not None and life.is_removed(release) else None


def stood_before(sides: Sides, old: Resource | None) -> Before | None:
    """The Pods of a workload before the change, as what stood then tells; None for no workload."""
    return sides.old.ask(PodsBefore(old)).answer if old is not None and not old.partial else None


def counterpart(resource: Resource, bundle: Bundle) -> Resource | None:
    """The object of the same group, kind, namespace and name; None for none, and for one that is not whole."""
    found = bundle.get(resource.kind, resource.namespace, resource.name, group=resource.gvk.group)
    return found if found is not None and not found.partial else None


def sides_of(old: Bundle, new: Bundle, left: Sequence[Resource] = ()) -> Sides:
    """All three, each with its own answers; ``left``: old objects that the new manifests lack and nothing deletes."""
    before, written = Side(old, Oracle(old)), Side(new, Oracle(new))
    partners = partners_of(old, new)
    stored = [(one, with_address(one, partners.get(id(one)))) for one in _held(before, written, partners)]
    partners = {**partners, **{id(as_held): partners[id(one)] for one, as_held in stored if as_held is not one}}
    held = Bundle([*(one for _, one in stored), *left], new.release, pod_security=new.pod_security)
    after = Side(held, Oracle(held))
    kept = frozenset(
        title(workload.resource)
        for workload in workloads(held)
        if after.has_no_pods(workload.resource)
        and (was := partners.get(id(workload.resource))) is not None
        and not before.has_no_pods(was)
    )
    serving = kept | {
        title(workload.resource)
        for workload in workloads(held)
        if (was := partners.get(id(workload.resource))) is not None
        and _serves_on(before, after, workload.resource, was)
    }
    return Sides(before, written, after, kept, serving, partners, frozenset(map(id, old)))


def _serves_on(before: Side, after: Side, new: Resource, old: Resource) -> bool:
    """Whether new Pods are never ready, and old ones stay that are."""
    if new.value == old.value or new.partial or not after.ask(NeverReady(new)).answer:
        return False
    stood = before.ask(PodsBefore(old)).answer if not old.partial else None
    timeline = after.ask(RolloutOf(new, old, before=stood)).answer.timeline
    return timeline is not None and timeline.last.ready > 0


def refused_in_place(old: Side, new: Side, resource: Resource, before: Resource) -> Answer | None:
    """What the server says no with to an object in place of another; None where it takes it, or nothing is known.

    In whatever versions both are written, one object is stored, and its fields do not change that cannot.
    """
    was, now = converted(before), converted(resource)
    if before.gvk == resource.gvk:
        was, now = before, resource
    if was.gvk != now.gvk or not old.stands(before):
        return None
    return refused_update(now, was, new.ask)


def _held(old: Side, new: Side, partners: Mapping[int, Resource]) -> Iterator[Resource]:
    """The objects after the change: an old one where the server does not take the new one in its place.

    A cluster that held an object in a version that the release does not serve is one of an older release, and takes the next
    one.
    """
    for resource in new.bundle:
        before = partners.get(id(resource))
        taken = new.stands(resource) and not (
            gone_version(resource, new.bundle.release)
            and not (before is not None and gone_version(before, new.bundle.release))
        )
        if resource.partial or (before is not None and before.value == resource.value):
            if resource.partial or new.stands(resource):
                yield resource
        elif not taken:
            if before is not None:
                yield before
        elif before is None or is_made_anew(resource):
            yield resource
        else:
            yield resource if refused_in_place(old, new, resource, before) is None else before
