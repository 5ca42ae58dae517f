"""The two halves of a plan: the objects of every apply set before a change and after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.sets.apart import texts_apart
from kubelens.engine.sets.before import seen_from
from kubelens.engine.sets.definitions import offered_by
from kubelens.engine.sets.found import Sets
from kubelens.engine.sets.snapshots import snapshot_of
from kubelens.engine.workspace import Snapshot
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.plan.plan import QUESTIONS, Question, SetPlan, plan_of

REST = "."
"""What objects that no set is made from are called."""


class SetHalf(Struct, frozen=True, eq=False):
    """One set on one side; ``whole``: whether all of its objects are known, and what is ``missing`` where not."""

    snapshot: Snapshot
    whole: bool = True
    missing: tuple[str, ...] = ()

    @property
    def inputs(self) -> Mapping[str, str]:
        """The texts that the set is made from, by name."""
        files = self.snapshot.files
        return {uri: f.source.text for uri, f in files.items() if f.source is not None and f.loaded.made is None}


Half = Mapping[str, SetHalf]
"""The sets of one side by what they are called, seen from the folder that was named."""
_NONE = SetHalf(Snapshot(0, {}, (), Bundle(())))


def half_of(
    sets: Sets,
    loaded: Sequence[Loaded],
    config: Config,
    release: str,
    *,
    at: str = "",
    offered: Iterable[Mapping[str, Any]] = (),
    crds: Sequence[Loaded] = (),
) -> Half:
    """The sets of some texts, each read; what belongs to none is one more. ``at``: the folder that was named.

    ``offered``: CustomResourceDefinitions that clusters have.
    """
    built = sets.built(release)
    known = [*offered, *offered_by(built, ())]
    found = {
        seen_from(at, one.name): SetHalf(snapshot_of(one, config, release, known), one.whole, one.missing)
        for one in built
        if not one.beside
    }
    if sets.names is None:
        rest = snapshot_of(
            ApplySet(REST, [*texts_apart(loaded, built), *crds], origin="folder"), config, release, known
        )
        if rest.bundle.kinds:
            found[REST if REST not in found else "files that no set is made from"] = SetHalf(rest)
    return found


class Planned(Struct, frozen=True, eq=False):
    """The plan of one set with both sides' texts, for places."""

    plan: SetPlan
    old: Snapshot
    new: Snapshot


def plans_of(
    old: Half,
    new: Half,
    running: Sequence[Resource] = (),
    *,
    drawn: bool = False,
    questions: Sequence[Question] = QUESTIONS,
) -> list[Planned]:
    """The plan of every set that is on one of the sides. ``running``: what a cluster holds beside both."""
    found = []
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name, _NONE), new.get(name, _NONE)
        whole = before.whole and after.whole
        bundles = _with_cluster(before.snapshot.bundle, after.snapshot.bundle, running)
        plan = plan_of(name, *bundles, whole=whole, drawn=drawn, questions=questions)
        if not whole:
            touched = before.inputs != after.inputs
            plan = replace(plan, missing=after.missing or before.missing, touched=touched)
        found.append(Planned(plan, before.snapshot, after.snapshot))
    return found


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
