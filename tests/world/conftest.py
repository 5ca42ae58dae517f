"""The bundles, twenty at a time; ``KUBELENS_WORLDS`` says how many."""

from __future__ import annotations

import pytest

from tests.world.worlds import BUNDLES, World


@pytest.fixture(scope="session", params=range(0, BUNDLES, 20), ids=lambda first: f"from {first}")
def worlds(request: pytest.FixtureRequest) -> list[World]:
    return [World(seed) for seed in range(request.param, min(request.param + 20, BUNDLES))]
