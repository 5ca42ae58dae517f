"""What the API server does not take: objects, updates, and the Pods of workloads it took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.conversion import converted, loose_fields
from kubelens.kube.persistent_volume_claim import read_claim
from kubelens.kube.resource import Resource
from kubelens.kube.workload import workloads
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides, gone_version, refused_in_place, title
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.stored import Stored
from kubelens.predict.chain.updated import is_made_anew, refused_update

_WAY_OUT: Final = {
    "Job": "delete the Job first, or give the new one another name",
    "Deployment": "delete it with --cascade=orphan and apply again: its Pods stay, and a new ReplicaSet makes its own",
    "StatefulSet": "delete it with --cascade=orphan and apply again: its Pods stay and are taken over where they match",
    "DaemonSet": "delete it with --cascade=orphan and apply again: its Pods stay until the new one replaces them",
    "PersistentVolumeClaim": "a new claim under another name, and the data copied over",
    "StorageClass": "delete it and apply again: volumes that are there do not change",
}
_SIZE: Final = "spec.resources.requests.storage"
_OTHER_WAY_OUT: Final = "delete the object first, or give the new one another name"


def refused_objects(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each object of the change that the server refuses, and one for each field that cannot change."""
    for change in changes:
        new = change.new
        if new is None or new.partial:
            continue
        denial = sides.new.ask(Stored(new)).answer.denial
        release = sides.new.bundle.release
        if (life := gone_version(new, release)) is not None:
            called = f"{new.gvk.api_version} {new.kind}"
            text = f"the API server refuses it: Kubernetes {release} does not serve {called}, gone since {life.removed}"
            release_text = "say which release the cluster has (--kubernetes-version)"
            instead = f"write {life.successor}" if life.successor else ""
            notes = [one for one in (instead, f"{release_text}, if it is an older one") if one]
            if change.old is not None and gone_version(change.old, release) is not None:
                either = f"{instead}, or {release_text}" if instead else release_text
                notes = [f"{either}: what follows is what one does that serves it"]
            yield consequence("refused", new, text, notes)
            if change.old is not None and gone_version(change.old, release) is not None and denial is None:
                yield from _refused_by_older(sides, change)
        elif denial is not None:
            was = change.old is not None and not sides.old.stands(change.old)
            before = ", as it did before the change" if was else ""
            yield consequence("refused", new, f"the API server refuses it{before}: {denial.sentence}")
        elif change.action is Action.CHANGE and change.old is not None and not is_made_anew(new):
            yield from _refused_update(sides, change)


def _refused_update(sides: Sides, change: ObjectChange) -> Iterator[Consequence]:
    old, new = change.old, change.new
    assert old is not None
    assert new is not None
    answer = refused_in_place(sides.old, sides.new, new, old)
    if answer is None:
        return
    if new.kind == "PersistentVolumeClaim" and answer.denied_by == "PersistentVolumeClaimResize":
        named = read_claim(new.value).storage_class
        why = (
            "it has no StorageClass" if named == "" else f"{_class_text(named)} does not say allowVolumeExpansion: true"
        )
        notes = ["say so in the StorageClass: it holds for volumes that are there too"] if named != "" else []
        yield consequence("immutable", new, f"cannot grow: {why}, and the API server refuses the update", notes)
        return
    yield _immutable(old, new, list(dict.fromkeys(cause.field for cause in answer.causes if cause.field)))


def _refused_by_older(sides: Sides, change: ObjectChange) -> Iterator[Consequence]:
    """What a release that still serves the version of both sides does not let change either (``ValidateUpdate`` of a strategy).

    Of its fields it lets some change that today's version does not.
    """
    old, new = change.old, change.new
    assert old is not None
    assert new is not None
    if change.action is not Action.CHANGE or is_made_anew(new):
        return
    now = converted(new)
    fields = _held_against(now, converted(old), sides)
    spared = {*loose_fields(new.gvk), *_held_against(now, now, sides)}
    if fields := [one for one in fields if one not in spared]:
        yield _immutable(old, new, fields)


def _held_against(new: Resource, old: Resource, sides: Sides) -> list[str]:
    """The fields that the API server refuses in an update, each once."""
    answer = refused_update(new, old, sides.new.ask)
    return list(dict.fromkeys(one.field for one in answer.causes if one.field)) if answer is not None else []


def _immutable(old: Resource, new: Resource, fields: Sequence[str]) -> Consequence:
    what = ", ".join(fields) or new.kind
    verb = (
        "cannot shrink" if list(fields) == [_SIZE] else "cannot change" if len(fields) < 2 else "cannot change either"
    )
    notes = ["unless the Job is gone by then (ttlSecondsAfterFinished)"] if _may_be_gone(old) else []
    notes += [_WAY_OUT.get(new.kind, _OTHER_WAY_OUT)]
    return consequence("immutable", new, f"{what} {verb}: the API server refuses the update", notes)


def _class_text(name: str | None) -> str:
    return f"StorageClass {name}" if name else "the default StorageClass"


def _may_be_gone(old: Resource) -> bool:
    """Whether a Job that has finished is deleted by itself (the TTL controller)."""
    return old.kind == "Job" and "ttlSecondsAfterFinished" in old.spec


def refused_pods(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each workload whose Pods are let in before the change and not after it, changed itself or not.

    A Job that did not change has run, or has its Pods.
    """
    changed = {id(change.new) for change in changes}
    for workload in workloads(sides.after.bundle):
        resource = workload.resource
        if resource.partial:
            continue
        answer = sides.after.ask(Admitted(resource)).answer
        if answer.denial is None or answer.of_object:
            continue
        keeps = title(resource) in sides.kept
        if id(resource) in changed or (keeps and resource.kind != "Job"):
            notes = ["the Pods that run stay until something replaces them"] if keeps else []
            yield consequence("pods-refused", resource, answer.refusal, notes)
