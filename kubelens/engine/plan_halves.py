"""The two halves of a plan: the objects of every apply set before a change and after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from msgspec import Struct

from kubelens.engine.apply_sets import FOLDER, ApplySet
from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.config import Config
from kubelens.engine.gitops.argo_application import ORIGIN as ARGO_CD
from kubelens.engine.gitops.flux_kustomization import ORIGIN as FLUX
from kubelens.engine.loader import Loaded, Status
from kubelens.engine.other_languages import may_hold_manifests
from kubelens.engine.parsed import Parsed
from kubelens.engine.sets.apart import texts_apart
from kubelens.engine.sets.before import seen_from
from kubelens.engine.sets.definitions import offered_by
from kubelens.engine.sets.found import Sets
from kubelens.engine.sets.snapshots import snapshot_of
from kubelens.engine.workspace import Snapshot
from kubelens.plan.plan import SetPlan
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.pattern import pattern

_NO_TEXTS: Final[Mapping[str, str]] = {}
REST = "."
"""What objects that no set is made from are called."""


def _nowhere(_: str) -> bool:
    return False


class SetHalf:
    """One set on one side, its objects read when they are asked for; ``at``: the folder that its files are named from.

    ``unlisted``: texts by name that lie beside kustomizations, and are no part of any set; ``foreign``: those in languages
    that are not read; ``elsewhere``: the texts of other sets; ``idle``: no text of it holds an object, and it is there for what
    is found in files alone; ``lies``: whether a file is there on this side, in whatever set.
    """

    def __init__(
        self,
        made: ApplySet,
        read: Callable[[ApplySet], Snapshot],
        at: str = "",
        unlisted: Mapping[str, str] = _NO_TEXTS,
        foreign: Mapping[str, str] = _NO_TEXTS,
        *,
        elsewhere: frozenset[str] = frozenset(),
        idle: bool = False,
        lies: Callable[[str], bool] = _nowhere,
    ) -> None:
        self.made = made
        self.lies = lies
        self.idle = idle
        self.unlisted = unlisted
        self.foreign = foreign
        self._elsewhere = elsewhere
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
    def is_blank(self) -> bool:
        """Whether something is lacking and no object came of it: it could not be rendered."""
        return not self.whole and not any(not one.partial for one in self.snapshot.objects)

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

    @property
    def looks_by(self) -> str:
        """The file that makes it look like a set, where nobody says that it is applied."""
        return self.shown(self.made.looks_by) if self.made.looks_by else ""

    @cached_property
    def unreadable(self) -> Mapping[str, str]:
        """The texts that manifests are made from elsewhere, by name: in other languages, and templates outside of charts."""
        templates = {
            self.shown(one.uri): one.source.text
            for one in self.snapshot.files.values()
            if one.status is Status.TEMPLATE and one.source is not None and self._is_read_here(one.uri)
        }
        return {**self.foreign, **{name: text for name, text in templates.items() if may_hold_manifests(name, text)}}

    def _is_read_here(self, uri: str) -> bool:
        """Whether a text is of no set: it lies there by itself."""
        return self.made.origin == FOLDER and uri not in self._elsewhere

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """The texts that the set is made from, by name."""
        return self._texts(made=False)

    @property
    def own_inputs(self) -> Mapping[str, str]:
        """The same without those that say what it is made of where these are objects of other sets."""
        if self.made.origin not in SAID_BY_OBJECTS:
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
            for one in (*self.made.said_in, *self.made.texts, *self.made.beneath)
            if one.source is not None and (one.made is not None) is made
        }


Half = Mapping[str, SetHalf]
"""The sets of one side by what they are called, seen from the folder that was named."""
SAID_BY_OBJECTS: Final = (FLUX, ARGO_CD)
_KIND: Final = pattern(r"""^(?:- )?["']?kind["']?:|"kind":""", re.MULTILINE)


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
    lies: Callable[[str], bool] = _nowhere,
) -> Half:
    """The sets of some texts; what belongs to none is one more. ``at``: the folder that was named.

    ``offered``: CustomResourceDefinitions that clusters have. ``parsed``: documents there already, by the id of their
    source, which takes those that are read. ``foreign``: texts by name in languages that are not read. ``lies``: whether a file
    is there, seen from the folder that was named.
    """
    there = {} if parsed is None else parsed
    built = sets.built(release)
    known: list[Mapping[str, Any]] = []

    def read(one: ApplySet) -> Snapshot:
        if not known:
            known.extend([*offered, *offered_by(built, there)])
        return snapshot_of(one, config, release, known, there)

    found = {seen_from(at, one.name): SetHalf(one, read, at, lies=lies) for one in built}
    if sets.names is None:
        beneath = {one.uri for each in built for one in each.beneath}
        orphans = {one.uri: one.is_patch for one in sets.orphans}
        apart = [one for one in texts_apart(loaded, built) if one.uri not in sets.listed and one.uri not in beneath]
        unlisted = {
            seen_from(at, one.uri): one.source.text
            for one in apart
            if one.source is not None and not orphans.get(one.uri, True)
        }
        apart = [one for one in apart if one.uri not in orphans]
        elsewhere = frozenset(
            one.uri for each in built for one in (*each.said_in, *each.texts, *each.beneath) if one.made is None
        )
        charts = tuple(one.removesuffix(CHART_FILE) for one in elsewhere if one.endswith(f"/{CHART_FILE}"))
        foreign = {
            seen_from(at, name): text
            for name, text in foreign.items()
            if name not in elsewhere and not name.startswith(charts)
        }
        holds = any(_KIND.search(one.source.text) for one in apart if one.source is not None and _may_hold(one))
        idle = not (holds or unlisted or foreign)
        made = ApplySet(REST, [*apart, *crds], origin=FOLDER)
        rest = SetHalf(made, read, at, unlisted, foreign, elsewhere=elsewhere, idle=idle)
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
