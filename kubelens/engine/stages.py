"""The stage of a scenario: which objects are applied to which nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kubelens.engine.scenario_files import ScenarioFile
from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.chain.pods_of import ending_of
from kubelens.predict.controllers.disruption import PodState, state_of
from kubelens.predict.first_names import first_names
from kubelens.predict.scheduler.made_up import DEFAULT_NODES, DEFAULT_ZONES, made_up_nodes

_MOST_NAMED: Final = 3
_NOT_MODELLED: Final = "its controller is not modelled"
_UNPLAYED: Final = {"Rollout": _NOT_MODELLED, "DeploymentConfig": _NOT_MODELLED}


class Stage(NamedTuple):
    """What is played: the nodes of the cluster, and the objects that are applied to it.

    ``left``: what is left out although it may bring Pods, as sentences; ``nodes_given``: whether anybody named nodes.
    """

    nodes: tuple[Mapping[str, Any], ...]
    objects: tuple[Resource, ...]
    left: tuple[str, ...]
    nodes_given: bool


def stage_of(
    bundle: Bundle,
    file: ScenarioFile | None,
    configured: Mapping[str, Any],
    descriptions: Sequence[str] = (),
    zones: str = "",
) -> Stage:
    """The stage for a scenario file, or for a ready-made scenario (None), with the objects of a bundle.

    ``configured``: the setting ``cluster``; ``descriptions`` (of nodes) and ``zones`` go before the file's own.

    Raises:
        NoCluster: a description of nodes cannot be read.
    """
    if file is not None:
        descriptions, zones = descriptions or file.nodes, zones or file.zones
    nodes = _described(bundle, configured, descriptions, zones)
    given = nodes or list(made_up_nodes([DEFAULT_NODES], zones or DEFAULT_ZONES))
    control_plane = file.control_plane() if file is not None else ()
    return Stage((*given, *control_plane), tuple(_applied(bundle)), tuple(_left(bundle)), bool(nodes))


def _described(
    bundle: Bundle, configured: Mapping[str, Any], descriptions: Sequence[str], zones: str
) -> list[Mapping[str, Any]]:
    """The nodes that somebody named: described ones, the bundle's, those of the configuration."""
    if descriptions:
        return list(made_up_nodes(list(descriptions), zones or DEFAULT_ZONES))
    nodes = [r.value for r in bundle.all("Node") if not r.partial]
    described, places = configured.get("nodes", ()), configured.get("zones", ())
    if nodes or not described:
        return nodes
    texts = [described] if isinstance(described, str) else list(described)
    return list(made_up_nodes(texts, zones or (places if isinstance(places, str) else ",".join(places))))


def _applied(bundle: Bundle) -> Iterator[Resource]:
    for resource in bundle:
        if not _is_left(resource) and resource.kind != "Node" and not _is_made_anew(resource, bundle):
            yield resource


def _is_left(resource: Resource) -> bool:
    return resource.kind in _UNPLAYED or resource.partial or not resource.name or bool(ending_of(resource))


def _left(bundle: Bundle) -> Iterator[str]:
    left: dict[tuple[str, str], list[Resource]] = {}
    for resource in bundle:
        if ending_of(resource) and _is_made_anew(resource, bundle):
            continue
        if _is_left(resource) and (resource.kind in _UNPLAYED or resource.kind in WORKLOAD_KINDS):
            left.setdefault((resource.kind, _why_not(resource)), []).append(resource)
    for (_, why), some in left.items():
        listed = ", ".join(str(resource.key) for resource in some[:_MOST_NAMED])
        more = f" and {len(some) - _MOST_NAMED} more" if len(some) > _MOST_NAMED else ""
        yield f"{listed}{more} {'are' if len(some) > 1 else 'is'} not played: {why}"
    yield from _begun_anew(bundle)


def _begun_anew(bundle: Bundle) -> Iterator[str]:
    """Pods that the cluster shows in another state than that in which a scenario begins, in a sentence."""
    others = [
        str(pod.key)
        for pod in bundle.all("Pod", group="")
        if state_of(pod.value) is not PodState.READY and _is_made_anew(pod, bundle)
    ]
    if others:
        verb = "is" if len(others) == 1 else "are"
        yield (
            f"{first_names(others, _MOST_NAMED)} {verb} not Ready in the cluster: a scenario begins at rest, with Pods of "
            "workloads made anew"
        )


def _why_not(resource: Resource) -> str:
    if resource.partial:
        return "it cannot be read whole"
    if ended := ending_of(resource):
        return f"it has ended ({ended})"
    return _UNPLAYED.get(resource.kind, "it has no name of its own")


def _is_made_anew(resource: Resource, bundle: Bundle) -> bool:
    """Whether an object of a cluster is one that a controller among the manifests makes: Pods, ReplicaSets, Jobs."""
    for _, owner in fields.items(resource.metadata, "ownerReferences"):
        kind, name = fields.text(owner, "kind"), fields.text(owner, "name")
        owners = [(kind, name)]
        if kind == "ReplicaSet" and resource.kind == "Pod":
            owners.append(("Deployment", name.rpartition("-")[0]))
        made = (bundle.get(one, resource.namespace, called) for one, called in owners if one not in _UNPLAYED)
        if owner.get("controller") is True and any(found is not None for found in made):
            return True
    return False
