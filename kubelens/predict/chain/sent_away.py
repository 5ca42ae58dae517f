"""``SentAway``: which Pods that run are sent away for others, where the nodes are known."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kubelens.predict.api import Ask, Prediction


class SentAway(Struct, frozen=True):
    """Which Pods are preempted (``DefaultPreemption``), and for which?"""

    def answer(self, ask: Ask) -> Prediction[Mapping[str, str]]:
        """By ``namespace/name`` the Pod that gets their room; empty where no node is known."""
        if not ask.bundle.has("Node", group=""):
            return Prediction({})
        from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - the scheduler, only where there are nodes

        placements = ask(Placed()).answer.placements
        return Prediction({victim: one.pod.key for one in placements for victim in one.victims})
