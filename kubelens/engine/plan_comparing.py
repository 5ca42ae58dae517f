"""The plan of every apply set of two sides: what each was and what it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from kubelens.engine.apply_sets import FOLDER, ApplySet
from kubelens.engine.gitops.flux_kustomization import ORIGIN as FLUX
from kubelens.engine.gitops.helmfile import ORIGIN as HELMFILE
from kubelens.engine.other_languages import language_of
from kubelens.engine.plan_appearances import Appearances
from kubelens.engine.plan_breaking import breaking
from kubelens.engine.plan_definitions import left_by_helm
from kubelens.engine.plan_files import file_changes, of_release
from kubelens.engine.plan_halves import SAID_BY_OBJECTS, Half, Planned, SetHalf
from kubelens.engine.plan_hooks import heeds_hooks, without_hooks
from kubelens.engine.plan_lacking import idle_patches, lacks_the_same
from kubelens.engine.plan_moves import Held, Move, moves_between
from kubelens.engine.plan_names import under_new_names
from kubelens.engine.plan_takers import takers_in
from kubelens.engine.workspace import Snapshot
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action
from kubelens.plan.consequences.waves import waves
from kubelens.plan.file_change import FileChange
from kubelens.plan.moving import may_be_kept, moved_in
from kubelens.plan.not_applied import left_to, not_applied
from kubelens.plan.not_patched import not_patched
from kubelens.plan.not_read import not_read
from kubelens.plan.not_there import not_there
from kubelens.plan.plan import BREAKS, QUESTIONS, Question, SetPlan, Unrendered, plan_of

_NOTHING: Final = Snapshot(0, {}, (), Bundle(()))
_NONE: Final = SetHalf(ApplySet("", ()), lambda _: _NOTHING)


def plans_of(
    old: Half,
    new: Half,
    running: Sequence[Resource] = (),
    *,
    drawn: bool = False,
    questions: Sequence[Question] = QUESTIONS,
) -> list[Planned]:
    """The plan of every set that is on one of the sides. ``running``: what a cluster holds beside both."""
    old = under_new_names(old, new)
    names = [name for name in dict.fromkeys([*new, *old]) if not _is_nothing(old.get(name), new.get(name))]
    differing = [name for name in names if name not in old or name not in new or not old[name].is_as(new[name])]
    seen = Appearances(old, new)
    moves = [
        one
        for one in moves_between({name: _held(old.get(name), new.get(name), seen.loose) for name in differing})
        if seen.is_handed_over(one.source, one.destination)
    ]
    handed = {name for one in moves for name in (one.source, one.destination)}
    unsaid, left = seen.names - handed, seen.left(handed)
    takers = takers_in(old, new, without=unsaid)
    found = []
    for name in names:
        if name in unsaid:
            continue
        before, after = old.get(name, _NONE), new.get(name, _NONE)
        if name not in differing:
            plan = SetPlan(name, (), (), after.made.whole, after.made.whole, missing=after.made.missing)
            found.append(Planned(plan, before, after))
            continue
        came = [one for one in moves if one.destination == name]
        went = [one for one in moves if one.source == name]
        whole = before.whole and after.whole
        doubtful = _taken_over(
            before, after, {one: new[one] for one in new if one not in old and one != name and one not in unsaid}
        )
        gone = [*(one for move in went for one in move.objects), *(one for these in doubtful.values() for one in these)]
        if seen.taken and before.made.origin == FOLDER:
            gone += [one for one in before.snapshot.bundle if before.shown(one.place.uri) in seen.taken]
        broken = list(breaking(before, after)) if name in old and name in new else []
        unrendered = _unrendered(before, after) if name in old and name in new else None
        if any(one.kind.name == BREAKS for one in broken):
            unrendered = Unrendered.AFTER
        bundles = _with_cluster(_moved(before.snapshot.bundle, came, gone), _without(after, seen.loose), running)
        if not (heeds_hooks(before.made) or heeds_hooks(after.made)):
            bundles = without_hooks(bundles[0]), without_hooks(bundles[1])
        asked = tuple(
            one for one in questions if one is not waves or FLUX not in (before.made.origin, after.made.origin)
        )
        if unrendered is not None:
            plan = SetPlan(name, (), (), whole, whole, unrendered=unrendered)
        else:
            plan = plan_of(
                name,
                *bundles,
                whole=whole,
                prunable=whole or lacks_the_same(before, after),
                kept=_kept(before, after),
                by_tool=left_by_helm(before),
                drawn=drawn,
                questions=asked,
            )
        plan = replace(plan, consequences=(*broken, *plan.consequences))
        if came:
            moved = [moved_in(one.source, one.objects, guessed=old[one.source].made.guessed) for one in came]
            plan = replace(plan, consequences=(*plan.consequences, *moved))
        plan = replace(plan, consequences=(*plan.consequences, *(may_be_kept(*each) for each in doubtful.items())))
        if before.unlisted != after.unlisted:
            idle = file_changes(before.unlisted, after.unlisted)
            plan = replace(plan, consequences=(*plan.consequences, *not_applied(idle, _files(old))))
        if before.unreadable != after.unreadable:
            told = not_read(file_changes(before.unreadable, after.unreadable), language_of)
            plan = replace(plan, consequences=(*plan.consequences, *told))
        if not whole:
            one = before if name in old else after
            said = (before.made.said_in or after.made.said_in) and not one.made.guessed
            by_objects = one.made.origin in SAID_BY_OBJECTS
            appears = (
                None
                if said and not by_objects
                else Action.ADD
                if name not in old
                else Action.REMOVE
                if name not in new
                else None
            )
            there = _files(old), _files(new)
            files = file_changes(before.own_inputs, after.own_inputs)
            if files and not (files := _without_others(files, *there)):
                files = _without_others(file_changes(before.inputs, after.inputs), *there)
            files = tuple(one for one in files if not _is_still_there(one, before, after))
            if HELMFILE in (before.made.origin, after.made.origin):
                files = of_release(files, name.partition("@")[0].rpartition("/")[2])
            plan = replace(plan, missing=after.missing or before.missing, files=files, appears=appears)
            if appears is Action.REMOVE and by_objects:
                plan = replace(plan, again=takers)
            if plan.changes and name in old and name in new:
                elsewhere = not_there(before.made.missing, after.made.missing)
                unmade = not_patched(idle_patches(files, before, after))
                plan = replace(plan, consequences=(*plan.consequences, *elsewhere, *unmade))
        if seen.loose and after.made.origin == FOLDER:
            plan = replace(plan, consequences=(*plan.consequences, left_to(takers, sorted(seen.loose))))
        if name in left and not plan.is_open:
            plan = replace(plan, consequences=(*plan.consequences, left_to(takers, left[name])))
        beside = tuple(old[one.source] for one in came), tuple(new[one.destination] for one in went)
        found.append(Planned(plan, before, after, *beside))
    return found


def _is_nothing(old: SetHalf | None, new: SetHalf | None) -> bool:
    """Whether there is nothing to be told of a set: no text of it holds an object on either side, or another set tells it."""
    return all(one is None or one.idle for one in (old, new)) or _is_aside(old, new)


def _is_aside(old: SetHalf | None, new: SetHalf | None) -> bool:
    """Whether a set is a chart with a file of values beside it, and only the chart differs: the chart's own set tells that."""
    one = new or old
    if one is None or not one.made.beside:
        return False
    return old is None or new is None or old.values_beside == new.values_beside


def _unrendered(before: SetHalf, after: SetHalf) -> Unrendered | None:
    """On which sides nothing came of a set; then nothing of it is compared."""
    if before.is_blank:
        return Unrendered.BOTH if after.is_blank else Unrendered.BEFORE
    return Unrendered.AFTER if after.is_blank else None


def _kept(before: SetHalf, after: SetHalf) -> str:
    """Why what the new manifests lack is deleted by nobody, where that is so."""
    if after is _NONE:
        return f"what applied it goes without it: {before.made.kept}" if before.made.kept else ""
    return "" if after.made.prunes else "what applies the set does not prune"


def _without_others(
    files: Iterable[FileChange], before: frozenset[str], after: frozenset[str]
) -> tuple[FileChange, ...]:
    """The files that differ, without those that are there on both sides and that one of them has not come to read."""
    there = {Action.ADD: before, Action.REMOVE: after}
    return tuple(one for one in files if one.name not in there.get(one.action, ()))


def _is_still_there(file: FileChange, before: SetHalf, after: SetHalf) -> bool:
    """Whether a file neither comes nor goes, though only one side's set is made from it, or would be."""
    other = {Action.ADD: before, Action.REMOVE: after}.get(file.action)
    return other is not None and other.lies(file.name)


def _files(half: Half) -> frozenset[str]:
    return frozenset(name for one in half.values() if not one.idle for name in one.inputs)


def _held(old: SetHalf | None, new: SetHalf | None, loose: Collection[str]) -> Held:
    return Held(
        old.snapshot.bundle if old is not None else None,
        _without(new, loose) if new is not None else None,
        known=(new is None or new.whole) and not (old is not None and old.is_blank),
    )


def _without(half: SetHalf, files: Collection[str]) -> Bundle:
    """The objects of a side, without those of some files that are there and that nobody applies."""
    bundle = half.snapshot.bundle
    if not files or half.made.origin != FOLDER:
        return bundle
    left = [one for one in bundle if half.shown(one.place.uri) not in files]
    return Bundle(left, bundle.release, pod_security=bundle.pod_security)


def _taken_over(before: SetHalf, after: SetHalf, new: Half) -> dict[str, list[Resource]]:
    """The objects that go and that a new set of which not all is known may hold, by its name.

    Those that lie in its folder, or in files that it takes in from elsewhere (``../base``).
    """
    takers = {name: half for name, half in new.items() if not half.whole}
    if not takers or not before.whole:
        return {}
    there = {resource.key.slot for resource in after.snapshot.bundle}
    found: dict[str, list[Resource]] = {}
    for resource in before.snapshot.bundle:
        uri = before.shown(resource.place.uri)
        taker = next((name for name, one in takers.items() if uri.startswith(f"{name}/") or uri in one.inputs), None)
        if taker is not None and resource.key.slot not in there and resource.name and not resource.partial:
            found.setdefault(taker, []).append(resource)
    return found


def _moved(old: Bundle, came: Sequence[Move], went: Sequence[Resource]) -> Bundle:
    """The objects before the change as if those that move had been where they go to."""
    if not came and not went:
        return old
    gone = set(map(id, went))
    more = {resource.key.slot: resource for move in came for resource in move.objects}
    left = [resource for resource in old if id(resource) not in gone]
    return Bundle([*left, *more.values()], old.release, pod_security=old.pod_security)


def _with_cluster(old: Bundle, new: Bundle, running: Sequence[Resource]) -> tuple[Bundle, Bundle]:
    """Both sides in a cluster: what the old manifests bring counts as they say it, the rest as the cluster has it."""
    release = max((old, new), key=len).release
    if not running and old.release == new.release:
        return old, new
    managed = {resource.key.slot for resource in old}
    beside = [resource for resource in running if resource.key.slot not in managed]
    brought = {resource.key.slot for resource in new}
    after = [resource for resource in beside if resource.key.slot not in brought]
    security = old.pod_security or new.pod_security
    return (
        Bundle([*old, *beside], release, pod_security=security),
        Bundle([*new, *after], release, pod_security=security),
    )
