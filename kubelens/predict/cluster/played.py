"""What becomes of a scenario's promises, as a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.cluster.scenario import Scenario
from kubelens.predict.cluster.simulation import Run, simulate
from kubelens.predict.cluster.world import TooMuch


class Ended(Struct, frozen=True):
    """How a scenario ended: the run to look at, None where it was not played to the end (``fault`` says why)."""

    run: Run | None = None
    fault: str = ""


class Played(Struct, frozen=True, eq=False):
    """What becomes of a scenario with some objects on some nodes, whatever else is in the bundle."""

    scenario: Scenario
    objects: tuple[Resource, ...]
    nodes: tuple[Mapping[str, Any], ...]
    release: str
    runs: int = 1

    def answer(self, ask: Ask) -> Prediction[Ended]:
        """Play it."""
        try:
            found = simulate(self.scenario, self.objects, self.nodes, release=self.release, runs=self.runs)
        except TooMuch as error:
            return Prediction(Ended(fault=str(error)))
        return Prediction(Ended(found.shown), assumptions=tuple(map(Assumption, found.assumptions)))
