"""The two halves of a plan: the objects of every apply set before a change and after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.apply_sets import FOLDER, ApplySet
from kubelens.engine.config import Config
from kubelens.engine.gitops.argo_application import ORIGIN as ARGO_CD
from kubelens.engine.gitops.flux_kustomization import ORIGIN as FLUX
from kubelens.engine.gitops.helmfile import ORIGIN as HELMFILE
from kubelens.engine.loader import Loaded, Status
from kubelens.engine.other_languages import language_of, may_hold_manifests
from kubelens.engine.parsed import Parsed
from kubelens.engine.plan_files import file_changes, of_release
from kubelens.engine.plan_moves import Held, Move, moves_between
from kubelens.engine.sets.apart import texts_apart
from kubelens.engine.sets.before import seen_from
from kubelens.engine.sets.definitions import offered_by
from kubelens.engine.sets.found import Sets
from kubelens.engine.sets.snapshots import snapshot_of
from kubelens.engine.workspace import Snapshot
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action
from kubelens.plan.consequences.waves import waves
from kubelens.plan.file_change import FileChange
from kubelens.plan.moving import may_be_kept, moved_in
from kubelens.plan.not_applied import not_applied
from kubelens.plan.not_read import not_read
from kubelens.plan.not_there import not_there
from kubelens.plan.plan import QUESTIONS, Question, SetPlan, plan_of
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.pattern import pattern

_NO_TEXTS: Final[Mapping[str, str]] = {}
REST = "."
"""What objects that no set is made from are called."""


class SetHalf:
    """One set on one side, its objects read when they are asked for; ``at``: the folder that its files are named from.

    ``unlisted``: texts by name that lie beside kustomizations, and are no part of any set; ``foreign``: those in languages
    that are not read; ``idle``: no text of it holds an object, and it is there for what is found in files alone.
    """

    def __init__(
        self,
        made: ApplySet,
        read: Callable[[ApplySet], Snapshot],
        at: str = "",
        unlisted: Mapping[str, str] = _NO_TEXTS,
        foreign: Mapping[str, str] = _NO_TEXTS,
        *,
        idle: bool = False,
    ) -> None:
        self.made = made
        self.idle = idle
        self.unlisted = unlisted
        self.foreign = foreign
        self._read = read
        self._at = at

    def shown(self, uri: str) -> str:
        """What a file is called, seen from the folder that was named."""
        return seen_from(self._at, uri)

    @property
    def whole(self) -> bool:
        """Whether all of its objects are known."""
        return self.made.whole and not self._unread

    @property
    def missing(self) -> tuple[str, ...]:
        """What a set that is not whole does without."""
        return (*self.made.missing, *self._unread)

    @cached_property
    def _unread(self) -> tuple[str, ...]:
        """Manifests that are no YAML, as sentences."""
        return tuple(
            f"{seen_from(self._at, one.uri)} cannot be read"
            for one in self.snapshot.files.values()
            if any(problem.kind == "syntax" for problem in one.problems)
        )

    @cached_property
    def snapshot(self) -> Snapshot:
        """Its objects."""
        return self._read(self.made)

    @cached_property
    def unreadable(self) -> Mapping[str, str]:
        """The texts that manifests are made from elsewhere, by name: in other languages, and templates outside of charts."""
        templates = {
            self.shown(one.uri): one.source.text
            for one in self.snapshot.files.values()
            if one.status is Status.TEMPLATE and one.source is not None and self.made.origin == FOLDER
        }
        return {**self.foreign, **{name: text for name, text in templates.items() if may_hold_manifests(name, text)}}

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """The texts that the set is made from, by name."""
        return self._texts(made=False)

    @property
    def own_inputs(self) -> Mapping[str, str]:
        """The same without those that say what it is made of where these are objects of other sets."""
        if self.made.origin not in _SAID_BY_OBJECTS:
            return self.inputs
        said = {seen_from(self._at, one.uri) for one in self.made.said_in}
        return {name: text for name, text in self.inputs.items() if name not in said}

    @property
    def values_beside(self) -> str | None:
        """The text of the file of values by which the set is not the chart as it is, None where it has none."""
        folder = self.made.beside
        given = self.made.name.removeprefix(f"{folder}+")
        return self.inputs.get(self.shown(given if folder == "." else f"{folder}/{given}"))

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """The texts that it was rendered to, by name."""
        return self._texts(made=True)

    def is_as(self, other: SetHalf) -> bool:
        """Whether both are made of the same texts, for the same namespace."""
        return self.made is other.made or (
            (self.made.namespace, self.made.whole, self.inputs, self.outputs, self.unlisted, self.foreign)
            == (other.made.namespace, other.made.whole, other.inputs, other.outputs, other.unlisted, other.foreign)
        )

    def _texts(self, *, made: bool) -> Mapping[str, str]:
        return {
            seen_from(self._at, one.uri): one.source.text
            for one in (*self.made.said_in, *self.made.texts)
            if one.source is not None and (one.made is not None) is made
        }


Half = Mapping[str, SetHalf]
"""The sets of one side by what they are called, seen from the folder that was named."""
_SAID_BY_OBJECTS: Final = (FLUX, ARGO_CD)
_KIND: Final = pattern(r"""^(?:- )?["']?kind["']?:|"kind":""", re.MULTILINE)
_NOTHING: Final = Snapshot(0, {}, (), Bundle(()))
_NONE: Final = SetHalf(ApplySet("", ()), lambda _: _NOTHING)


def half_of(
    sets: Sets,
    loaded: Sequence[Loaded],
    config: Config,
    release: str,
    *,
    at: str = "",
    offered: Iterable[Mapping[str, Any]] = (),
    crds: Sequence[Loaded] = (),
    parsed: dict[int, Parsed] | None = None,
    foreign: Mapping[str, str] = _NO_TEXTS,
) -> Half:
    """The sets of some texts; what belongs to none is one more. ``at``: the folder that was named.

    ``offered``: CustomResourceDefinitions that clusters have. ``parsed``: documents there already, by the id of their
    source, which takes those that are read. ``foreign``: texts by name in languages that are not read.
    """
    there = {} if parsed is None else parsed
    built = sets.built(release)
    known: list[Mapping[str, Any]] = []

    def read(one: ApplySet) -> Snapshot:
        if not known:
            known.extend([*offered, *offered_by(built, (), there)])
        return snapshot_of(one, config, release, known, there)

    found = {seen_from(at, one.name): SetHalf(one, read, at) for one in built}
    if sets.names is None:
        orphans = {one.uri: one.is_patch for one in sets.orphans}
        apart = [one for one in texts_apart(loaded, built) if one.uri not in sets.listed]
        unlisted = {
            seen_from(at, one.uri): one.source.text
            for one in apart
            if one.source is not None and not orphans.get(one.uri, True)
        }
        apart = [one for one in apart if one.uri not in orphans]
        foreign = {seen_from(at, name): text for name, text in foreign.items()}
        holds = any(_KIND.search(one.source.text) for one in apart if one.source is not None and _may_hold(one))
        idle = not (holds or unlisted or foreign)
        rest = SetHalf(ApplySet(REST, [*apart, *crds], origin=FOLDER), read, at, unlisted, foreign, idle=idle)
        if apart or not idle:
            found[REST if REST not in found else "files that no set is made from"] = rest
    return found


def _may_hold(one: Loaded) -> bool:
    return not is_kustomization_name(one.uri)


class Planned(Struct, frozen=True, eq=False):
    """The plan of one set with both sides, for places; ``came`` from and ``went`` to: the sets of objects that move."""

    plan: SetPlan
    old: SetHalf
    new: SetHalf
    came: tuple[SetHalf, ...] = ()
    went: tuple[SetHalf, ...] = ()


def plans_of(
    old: Half,
    new: Half,
    running: Sequence[Resource] = (),
    *,
    drawn: bool = False,
    questions: Sequence[Question] = QUESTIONS,
) -> list[Planned]:
    """The plan of every set that is on one of the sides. ``running``: what a cluster holds beside both."""
    names = [name for name in dict.fromkeys([*new, *old]) if not _is_nothing(old.get(name), new.get(name))]
    differing = [name for name in names if name not in old or name not in new or not old[name].is_as(new[name])]
    moves = moves_between({name: _held(old.get(name), new.get(name)) for name in differing})
    unsaid = _unsaid(old, new, moves)
    found = []
    for name in names:
        if name in unsaid:
            continue
        before, after = old.get(name, _NONE), new.get(name, _NONE)
        if name not in differing:
            plan = SetPlan(name, (), (), after.made.whole, missing=after.made.missing)
            found.append(Planned(plan, before, after))
            continue
        came = [one for one in moves if one.destination == name]
        went = [one for one in moves if one.source == name]
        whole = before.whole and after.whole
        doubtful = _taken_over(before, after, {one: new[one] for one in new if one not in old and one != name})
        gone = [*(one for move in went for one in move.objects), *(one for these in doubtful.values() for one in these)]
        bundles = _with_cluster(_moved(before.snapshot.bundle, came, gone), after.snapshot.bundle, running)
        asked = tuple(
            one for one in questions if one is not waves or FLUX not in (before.made.origin, after.made.origin)
        )
        plan = plan_of(name, *bundles, whole=whole, prunes=after.made.prunes, drawn=drawn, questions=asked)
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
            said = before.made.said_in or after.made.said_in
            by_objects = (before if name in old else after).made.origin in _SAID_BY_OBJECTS
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
            if HELMFILE in (before.made.origin, after.made.origin):
                files = of_release(files, name.partition("@")[0].rpartition("/")[2])
            plan = replace(plan, missing=after.missing or before.missing, files=files, appears=appears)
            if plan.changes and name in old and name in new:
                elsewhere = not_there(before.made.missing, after.made.missing)
                plan = replace(plan, consequences=(*plan.consequences, *elsewhere))
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


def _unsaid(old: Half, new: Half, moves: Sequence[Move]) -> frozenset[str]:
    """Sets that look as if they came or went, and only have somebody who uses them, or nobody any more.

    A kustomization that nobody says is applied is one that no other uses: what lies there is there on both sides.
    """
    moved = {name for move in moves for name in (move.source, move.destination)}
    return frozenset(
        name
        for these, those in ((old, new), (new, old))
        for name, half in these.items()
        if name not in those
        and name not in moved
        and half.made.guessed
        and name != REST
        and half.inputs.keys() <= _files(those)
    )


def _without_others(
    files: Iterable[FileChange], before: frozenset[str], after: frozenset[str]
) -> tuple[FileChange, ...]:
    """The files that differ, without those that are there on both sides and that one of them has not come to read."""
    there = {Action.ADD: before, Action.REMOVE: after}
    return tuple(one for one in files if one.name not in there.get(one.action, ()))


def _files(half: Half) -> frozenset[str]:
    return frozenset(name for one in half.values() if not one.idle for name in one.inputs)


def _held(old: SetHalf | None, new: SetHalf | None) -> Held:
    return Held(
        old.snapshot.bundle if old is not None else None,
        new.snapshot.bundle if new is not None else None,
        known=new is None or new.whole,
    )


def _taken_over(before: SetHalf, after: SetHalf, new: Half) -> dict[str, list[Resource]]:
    """The objects that go from the folder of a new set of which not all is known: it may hold them. By its name."""
    folders = [name for name, half in new.items() if not half.whole]
    if not folders or not before.whole:
        return {}
    there = {resource.key.slot for resource in after.snapshot.bundle}
    found: dict[str, list[Resource]] = {}
    for resource in before.snapshot.bundle:
        uri = before.shown(resource.place.uri)
        folder = next((one for one in folders if uri.startswith(f"{one}/")), None)
        if folder is not None and resource.key.slot not in there and resource.name and not resource.partial:
            found.setdefault(folder, []).append(resource)
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
