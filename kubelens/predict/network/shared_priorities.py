"""Which cluster-wide policies of one priority contradict each other about Pods of the manifests."""

from __future__ import annotations

from itertools import islice, product
from typing import Final

from msgspec import Struct

from kubelens.kube.cluster_network_policy import Tier
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.network.cluster_policy import ClusterPoliciesOf, PriorityClash, PriorityClashesOf
from kubelens.predict.network.ends import PodEnd
from kubelens.predict.network.policy import EGRESS, INGRESS, EndsOf

_MOST_PAIRS: Final = 5000


class Contradiction(Struct, frozen=True):
    """A clash, and a connection whose fate it leaves open: of ``end``, in a direction, with ``other``."""

    clash: PriorityClash
    end: PodEnd
    other: PodEnd
    direction: str


class SharedPriorities(Struct, frozen=True):
    """Which policies of one tier and priority contradict each other?"""

    def answer(self, ask: Ask) -> Prediction[tuple[Contradiction, ...]]:
        """One for each pair of policies, with the first connection that shows it (of some thousands)."""
        found: dict[tuple[Tier, str, str], Contradiction] = {}
        ends = ask(EndsOf()).answer
        for tier in Tier:
            priorities = [p.priority for p in ask(ClusterPoliciesOf(tier)).answer]
            if len(set(priorities)) == len(priorities):
                continue
            for end, other in islice(product(ends, ends), _MOST_PAIRS):
                for direction in (INGRESS, EGRESS):
                    for clash in ask(PriorityClashesOf(tier, end, other, direction)).answer:
                        key = (tier, clash.first.name, clash.second.name)
                        found.setdefault(key, Contradiction(clash, end, other, direction))
        return Prediction(tuple(found.values()))
