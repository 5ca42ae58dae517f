"""What a scheduler would have done for a Pod that names its node, and so is never done."""

from __future__ import annotations

from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState


def what_it_lacks(pod: PodInfo, state: ClusterState) -> str:
    """What a Pod waits for on the node that it names itself, in a sentence; ``""``: nothing."""
    here = f"on node {pod.node_name}, which it names itself, it waits"
    for name in claim_names(pod):
        claim = state.claims.get((pod.namespace, name))
        if claim is None:
            return f"{here} for claim {name!r}, which is not there"
        if not claim.bound:
            return f"{here} for a volume of claim {name!r}: no scheduler chooses a node for the claim"
    if pod.resource_claims:
        return f"{here} for devices: no scheduler allocates its ResourceClaims"
    return ""
