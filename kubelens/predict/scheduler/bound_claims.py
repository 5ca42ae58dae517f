"""Claims and volumes as a scheduler finds them once the PersistentVolume controller has been there."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from kubelens.kube.node import ZONE
from kubelens.kube.persistent_volume import ClaimReference
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.kube.storage_class import NO_PROVISIONER, Reach, StorageClass, reach_of
from kubelens.predict.controllers.persistentvolume.fate import Bindings, ClaimFate, Outcome, Phase
from kubelens.predict.controllers.persistentvolume.provisioner import made_volume, volume_made_at_once
from kubelens.predict.first_names import first_names
from kubelens.predict.scheduler.state import ClusterState

_DEFAULT: Final = "<the cluster's default>"
_UNKNOWN: Final = "<the cluster's>"
_MOST_NAMED: Final = 4


def put(bindings: Bindings, state: ClusterState) -> tuple[str, ...]:
    """Take in what the controller decided; what is taken for granted of provisioners that are not known.

    A class that makes volumes at once makes them in one of the places that it allows: which, its first Pod tells.
    """
    for fate in bindings.claims:
        claim = fate.claim
        if fate.outcome is Outcome.BOUND:
            _bind(claim, fate.volume, state)
        elif fate.outcome is Outcome.UNKNOWN:
            _bind(claim, "", state)
        elif fate.outcome is Outcome.LOST:
            state.claims[claim.namespace, claim.name] = replace(claim, phase="Lost")
        elif fate.at_once and claim.class_name in state.storage_classes:
            _make(claim, state.storage_classes[claim.class_name], state)
        else:
            _leave(fate, state)
    return (*_assumed(bindings, state), *_made_anywhere(bindings, state))


def _assumed(bindings: Bindings, state: ClusterState) -> tuple[str, ...]:
    if len({info.node.zone for info in state.nodes.values()}) < 2:
        return ()
    unknown = {
        fate.known.provisioner
        for fate in bindings.claims
        if fate.outcome in (Outcome.WAITS, Outcome.MADE) and fate.known.provisions and fate.claim.on_one_node
    }
    return tuple(
        f"volumes that '{name}' makes are reached from the zone of their first Pod: nothing is known of it"
        for name in sorted(unknown)
        if name and reach_of(name) is None
    )


def _bind(claim: PersistentVolumeClaim, name: str, state: ClusterState) -> None:
    volume = state.volumes.get(name) or made_volume(claim, "", None)
    reference = ClaimReference(claim.namespace, claim.name, claim.uid)
    state.volumes[volume.name] = replace(volume, claim=reference, phase=Phase.BOUND)
    state.claims[claim.namespace, claim.name] = replace(claim, volume_name=volume.name, bound=True)


def _make(claim: PersistentVolumeClaim, of: StorageClass, state: ClusterState) -> None:
    volume, reach = volume_made_at_once(claim, of)
    state.volumes[volume.name] = volume
    state.claims[claim.namespace, claim.name] = replace(claim, volume_name=volume.name, bound=True)
    if reach is not Reach.CLUSTER:
        state.unsettled[volume.name] = reach


def _made_anywhere(bindings: Bindings, state: ClusterState) -> tuple[str, ...]:
    """For classes whose volumes are made at once and may stand in several places."""
    found: dict[str, list[str]] = {}
    for fate in bindings.claims:
        claim = state.claims.get((fate.claim.namespace, fate.claim.name))
        reach = state.unsettled.get(claim.volume_name) if claim is not None else None
        if claim is not None and reach is not None and _several(state.storage_classes[claim.class_name], reach, state):
            found.setdefault(claim.class_name, []).append(claim.key)
    return tuple(
        f"storage class '{name}' makes volumes before their Pods have nodes (Immediate), wherever its provisioner likes: "
        f"here where the first Pod fits; elsewhere it may fit nowhere ({first_names(keys, _MOST_NAMED)})"
        for name, keys in found.items()
    )


def _several(of: StorageClass, reach: Reach, state: ClusterState) -> bool:
    """Whether volumes of a class may stand in more than one place."""
    if reach is Reach.ZONE and of.topologies:
        named = [dict(term).get(ZONE) for term in of.topologies]
        if all(zones is not None for zones in named):
            return len({zone for zones in named for zone in zones or ()}) > 1
    nodes = [info.node for info in state.nodes.values()]
    return len({node.zone if reach is Reach.ZONE else node.name for node in nodes}) > 1


def _leave(fate: ClaimFate, state: ClusterState) -> None:
    """A claim that has no volume yet, with its class as far as it is known."""
    claim = fate.claim
    if claim.storage_class is None and fate.outcome is not Outcome.PENDING:
        claim = replace(claim, storage_class=_DEFAULT)
    state.claims[claim.namespace, claim.name] = claim
    found = state.storage_classes.get(claim.class_name)
    if fate.outcome is Outcome.MADE and found is not None:
        state.storage_classes[claim.class_name] = replace(found, waits=True)
    elif found is None and claim.class_name and fate.known.waits:
        provisioner = NO_PROVISIONER if not fate.known.provisions else _UNKNOWN
        state.storage_classes[claim.class_name] = StorageClass(claim.class_name, provisioner, True, False, "", ())
