"""The one world that a prediction is about: sets that one cluster holds side by side, and what belongs to none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs
from kubelens.engine.sets.definitions import offered_by
from kubelens.engine.sets.one_world import OneWorld, one_world_each
from kubelens.engine.sets.snapshots import snapshot_of
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.manifest import Manifest
from kubelens.kube.resource import Resource
from kubelens.kube.standing import with_standing
from kubelens.predict.chain.kept import after_edits

LEFT: Final = "."
"""What files that no set is made from are called among sets."""
_MOST_NAMED: Final = 6


class Undecided(ValueError):
    """Several sets hold an object of one name: whose is asked about, nobody said."""


class World(Struct, frozen=True):
    """The objects that a prediction is about. ``cluster``: as the sets or the configuration say it.

    ``folder``: where files hold alternatives, whose this one is of; ``others``: the worlds that the others make.
    """

    snapshot: Snapshot
    cluster: Mapping[str, Any] = field(default_factory=dict)
    sets: tuple[ApplySet, ...] = ()
    folder: str = ""
    others: tuple[World, ...] = ()


def world_of(
    inputs: Inputs, config: Config, offered: Sequence[Mapping[str, Any]] = (), *, all_sets: bool = False
) -> World:
    """The objects of all sets together, each in its namespace, and of what belongs to none.

    ``offered``: CustomResourceDefinitions that clusters have. ``all_sets``: different objects of one name are there side by side.

    Raises:
        Undecided: two sets hold different objects of one name.
    """
    configured = (config.kubernetes_version or (NEWEST,))[0]
    sets = inputs.sets.built(configured)
    if inputs.sets.names is None:
        sets = [one for one in sets if not one.beside]
    versions = {one.kubernetes_version[0] for one in sets if one.kubernetes_version}
    release = versions.pop() if len(versions) == 1 and inputs.sets.names is not None else configured
    known = [*offered, *offered_by(sets)]
    left = _left(inputs, sets, config, release, known)
    snapshots = [snapshot_of(one, config, release, known) for one in sets]
    whole = left.beside(snapshots)
    names = [LEFT, *(one.name for one in sets)]
    manifests = _once([left, *snapshots], names, all_sets=all_sets)
    about = {id(resource) for resource in left.objects}
    there = [one for one in left.bundle if id(one) not in about]
    clusters = [one.cluster for one in sets if one.cluster]
    cluster = clusters[0] if clusters and inputs.sets.names is not None else config.cluster
    worlds = []
    own = [one for manifest in left.manifests for one in manifest.resources]
    for one in [OneWorld()] if all_sets else one_world_each(own):
        held = with_standing(_without(manifests, one.left_out), there)
        asked = [resource for manifest in held for resource in manifest.resources]
        brought = {resource.key.slot for resource in asked}
        running = [other for other in there if other.key.slot not in brought]
        bundle = after_edits(Bundle([*asked, *running], release, pod_security=config.pod_security))
        bundle.by_release = not all_sets
        snapshot = replace(whole, manifests=held, bundle=bundle)
        worlds.append(World(snapshot, cluster, tuple(sets), next(iter(one.folders), "")))
    return replace(worlds[0], others=tuple(worlds[1:]))


def _without(manifests: tuple[Manifest, ...], left_out: frozenset[int]) -> tuple[Manifest, ...]:
    """Manifests without some objects; those that are left without any are no more."""
    if not left_out:
        return manifests
    kept = (replace(m, resources=tuple(r for r in m.resources if id(r) not in left_out)) for m in manifests)
    return tuple(new for old, new in zip(manifests, kept, strict=True) if new.resources or not old.resources)


def _left(
    inputs: Inputs, sets: Sequence[ApplySet], config: Config, release: str, offered: Sequence[Mapping[str, Any]]
) -> Snapshot:
    workspace = Workspace(
        release=release,
        namespace=config.namespace,
        offered=offered,
        pod_security=config.pod_security,
        running=inputs.running_uris,
    )
    workspace.fill(inputs.not_in_sets(sets), among=inputs.loaded)
    return workspace.snapshot()


def _once(snapshots: Sequence[Snapshot], names: Sequence[str], *, all_sets: bool) -> tuple[Manifest, ...]:
    """The manifests of several snapshots; objects that are the same in several are there once."""
    held: dict[object, tuple[str, Resource]] = {}
    clashes: dict[str, list[str]] = {}
    found: list[Manifest] = []
    for name, snapshot in zip(names, snapshots, strict=True):
        for manifest in snapshot.manifests:
            kept: list[Resource] = []
            for resource in manifest.resources:
                slot = resource.key.slot
                other = held.get(slot)
                if other is None or other[0] == name or not resource.name:
                    held.setdefault(slot, (name, resource))
                    kept.append(resource)
                elif other[1].value != resource.value:
                    clashes.setdefault(str(resource.key), [other[0]]).append(name)
                    kept += [resource] if all_sets else []
            if len(kept) == len(manifest.resources):
                found.append(manifest)
            elif kept:
                found.append(replace(manifest, resources=tuple(kept)))
    if clashes and not all_sets:
        key, holders = max(clashes.items(), key=lambda pair: len(pair[1]))
        listed = ", ".join(holders[:_MOST_NAMED]) + (
            f" and {len(holders) - _MOST_NAMED} more" * (len(holders) > _MOST_NAMED)
        )
        raise Undecided(f"{key} is in several sets: {listed}; choose with --in NAME (see kubelens sets)")
    return tuple(found)
