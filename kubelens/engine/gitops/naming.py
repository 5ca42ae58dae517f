"""Everything in a repository that says what is applied: found, followed to what it makes, until nothing new comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.gitops.absent import absent_objects
from kubelens.engine.gitops.argo_application import ORIGIN, set_of_application, wanted_by_applications
from kubelens.engine.gitops.argo_application_set import applications_of, folders_named
from kubelens.engine.gitops.flux_helm_release import set_of_release
from kubelens.engine.gitops.flux_kustomization import set_of_kustomization
from kubelens.engine.gitops.flux_source import HELM_GROUP, KUSTOMIZE_GROUP, wanted_by_kustomizations
from kubelens.engine.gitops.objects import ARGO, GitOpsObject, KnownObjects, ReadTexts, is_told_of
from kubelens.engine.gitops.repository import Here
from kubelens.engine.gitops.siblings import Siblings
from kubelens.engine.put_away import is_put_away
from kubelens.engine.sets.building import Builder
from kubelens.engine.sets.planned import ChartPart, PlannedSet
from kubelens.kube import fields
from kubelens.render.origin import unknown_in
from kubelens.rules.absence import Absent
from kubelens.syntax.text import Source

MOST_SETS: Final = 3000
"""Sets that objects of one repository may make."""
_MOST_ROUNDS: Final = 12
"""How often what was made is looked through for more: an app of apps of apps takes three."""
_MOST_TURNS: Final = 2
"""How often an object may stand below itself before nothing new is looked for there."""
_CLUSTERS: Final = "argocd.argoproj.io/secret-type"
_Slot = tuple[str, ...]


class Naming:
    """The sets that objects of Argo CD and Flux name. ``kubernetes``: the release that they are built for.

    ``read``: reads texts, some of which it may have read before.
    """

    def __init__(
        self, builder: Builder, addresses: Callable[[], frozenset[str]], kubernetes: str, read: ReadTexts | None = None
    ) -> None:
        self._read = read if read is not None else ReadTexts()
        self._builder = builder
        self._here = Here(builder.tree, addresses, KnownObjects())
        self._kubernetes = kubernetes
        self._planned: dict[_Slot, PlannedSet] = {}
        self._seen: dict[str, list[PlannedSet]] = {}
        self._holders: dict[str, _Slot] = {}
        """The slots of planned sets by what holds the objects in them."""
        self._texts: dict[str, dict[str, str]] = {}
        self._asked: frozenset[str] = frozenset()

    @property
    def planned(self) -> list[PlannedSet]:
        """The sets, in the order in which they were found; one that several texts or sets say alike is there once."""
        by_name: dict[str, list[PlannedSet]] = {}
        found: list[PlannedSet] = []
        for one in self._planned.values():
            alike = by_name.setdefault(one.name, [])
            if one not in alike:
                alike.append(one)
                found.append(one)
        return found

    def absent(self, away: frozenset[str] = frozenset()) -> tuple[Absent, ...]:
        """What objects name and no file here makes; ``away``: files of objects that nobody applies."""
        return absent_objects(self._here.objects, self._here.tree, away)

    def built(self) -> list[ApplySet]:
        """The same, built."""
        return [self._builder.build(one, self._kubernetes) for one in self.planned]

    def look_through(self, sources: Mapping[str, Source], sets: Iterable[tuple[str, ApplySet]] = ()) -> bool:
        """Take in texts by path, and what sets came to, by what they are called; whether sets were found or changed."""
        for path, source in sources.items():
            self._look(path, {path: source.text})
        for holder, one in sets:
            self._look_into(holder, one)
        changed = False
        for _ in range(_MOST_ROUNDS):
            if not self._round():
                break
            changed = True
        return changed

    def let_go(self, gone: Iterable[str]) -> bool:
        """Look no longer into sets that turned out to be parts of others; whether sets were found or changed.

        ``gone``: what they were called. One stays that alone leads to what it is a part of: Flux applies the folder that
        holds its Kustomization.
        """
        changed = False
        for one in gone:
            holder = f"set {one}"
            own = [slot for slot in self._planned if slot[0] == holder]
            if holder in self._texts and own and all(map(self._is_held_elsewhere, own)):
                self._texts.pop(holder)
                self._here.objects.forget(holder)
                changed = self.look_through({}) or changed
        return changed

    def _is_held_elsewhere(self, slot: _Slot) -> bool:
        """Whether a set that another holder leads to has the object of a slot too."""
        return any(
            other[1:] == slot[1:] and other[0] != slot[0] and self._first_holder(other) != slot[0]
            for other in self._planned
        )

    def _first_holder(self, slot: _Slot) -> str:
        """What holds the object from which others lead to that of a slot."""
        while (above := self._holders.get(slot[0])) is not None:
            slot = above
        return slot[0]

    def _look_into(self, holder: str, one: ApplySet) -> None:
        """Look through what a set came to; what it was made from is no longer looked at by itself."""
        texts: dict[str, str] = {}
        for text in one.texts:
            if text.source is None:
                continue
            if text.made is not None:
                plain = text.source.text
                texts[text.uri] = text.made.content if is_told_of(plain) else plain
            elif (path := self._here.tree.path(text.uri)) is not None:
                if text.taken_in:
                    self._texts.pop(path, None)
                    self._here.objects.forget(path)
        self._look(f"set {holder}", texts)

    def _look(self, holder: str, texts: dict[str, str]) -> None:
        self._texts[holder] = texts
        objects = [one for path, text in texts.items() for one in self._read.objects_in(text, path, self._asked)]
        self._here.objects.hold(holder, objects)

    def _round(self) -> bool:
        """Plan what every known object says; whether anything is new."""
        self._look_for_data()
        changed = False
        said = {slot: _as_kept(planned) for slot, planned in self._said()}
        for slot in [slot for slot in self._planned if slot not in said]:
            del self._planned[slot], self._holders[_holder(slot)]
            changed = True
        for slot, planned in said.items():
            if self._planned.get(slot) == planned or self._is_made_by_itself(slot, planned):
                continue
            if len(self._planned) >= MOST_SETS and slot not in self._planned:
                break
            changed = True
            one = self._planned[slot] = self._known(planned)
            self._holders[_holder(slot)] = slot
            self._look_into("/".join(slot), self._builder.build(one, self._kubernetes))
        return changed

    def _known(self, planned: PlannedSet) -> PlannedSet:
        """The set as it was planned first, so that it is built once: many sets may hold the object that names it."""
        known = self._seen.setdefault(planned.name, [])
        same = next((one for one in known if one == planned and _undecided(one) == _undecided(planned)), None)
        if same is None:
            known.append(planned)
        return same or planned

    def _is_made_by_itself(self, slot: _Slot, planned: PlannedSet) -> bool:
        """Whether an object stands in what its own set comes to, itself or by way of others, for ever.

        Flux applies the folder that holds its Kustomization; two may each apply the folder that holds the other. Where what
        is made so is another set than before, as patches make it, it is followed once.
        """
        above, turns = self._holders.get(slot[0]), 0
        while above is not None:
            if above[1:] == slot[1:]:
                turns += 1
                if turns == _MOST_TURNS or self._planned[above] == planned:
                    return True
            above = self._holders.get(above[0])
        return False

    def _said(self) -> Iterator[tuple[_Slot, PlannedSet]]:
        objects, here = self._here.objects, self._here
        applications: dict[_Slot, GitOpsObject] = {
            (holder, *one.slot): one for holder, one in objects.all(ARGO, "Application")
        }
        lacking: list[tuple[_Slot, PlannedSet]] = []
        for holder, one in objects.all(ARGO, "ApplicationSet"):
            made, lacks = applications_of(one, here)
            applications.update({(holder, *one.slot, application.name): application for application in made})
            if lacks:
                why = f"ApplicationSet {one.name!r} in {here.tree.shown(one.file)}"
                name = f"applicationset/{one.name}"
                below = folders_named(one, here)
                planned = PlannedSet(name, ORIGIN, (), why, one.file, tuple(lacks), beneath=below)
                lacking.append(((holder, *one.slot), planned))
        beside = Siblings(here, lambda: wanted_by_applications(applications.values(), here))
        for slot, one in applications.items():
            yield slot, set_of_application(one, here, beside)
        yield from lacking
        beside = Siblings(here, lambda: wanted_by_kustomizations(here))
        for holder, one in objects.all(KUSTOMIZE_GROUP, "Kustomization"):
            yield (holder, *one.slot), set_of_kustomization(one, here, beside)
        for holder, one in objects.all(HELM_GROUP, "HelmRelease"):
            yield (holder, *one.slot), set_of_release(one, here)

    def _look_for_data(self) -> None:
        """Look for the ConfigMaps and Secrets that objects take values from, in all texts, when others are asked for."""
        asked = frozenset(_names_of_data(self._here.objects))
        if asked <= self._asked:
            return
        self._asked |= asked
        for holder, texts in list(self._texts.items()):
            self._look(holder, texts)


def _undecided(planned: PlannedSet) -> bool:
    """Whether values of its charts hold references that only the cluster fills in: they read like those that stay."""
    return any(unknown_in(value) for part in planned.parts if isinstance(part, ChartPart) for value in part.values)


def _as_kept(planned: PlannedSet) -> PlannedSet:
    """A set without words about what leads nowhere, where nobody applies what says it any more."""
    if not is_put_away(planned.said_in) or not any(lack.wrong for lack in planned.lacks):
        return planned
    return replace(planned, lacks=tuple(replace(lack, wrong=False) for lack in planned.lacks))


def _holder(slot: _Slot) -> str:
    return f"set {'/'.join(slot)}"


def _names_of_data(objects: KnownObjects) -> Iterator[str]:
    for _, one in objects.all(KUSTOMIZE_GROUP, "Kustomization"):
        for _, reference in fields.items(fields.mapping(one.spec, "postBuild"), "substituteFrom"):
            yield fields.text(reference, "name")
    for _, one in objects.all(HELM_GROUP, "HelmRelease"):
        for _, reference in fields.items(one.spec, "valuesFrom"):
            yield fields.text(reference, "name")
    if any(objects.all(ARGO, "ApplicationSet")):
        yield _CLUSTERS
