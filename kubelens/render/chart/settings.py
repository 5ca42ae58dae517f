"""How a chart is rendered."""

from __future__ import annotations

from msgspec import Struct, field

from kubelens.render.chart.capabilities import Capabilities
from kubelens.render.chart.objects import Release
from kubelens.render.template.space import Limits


class Settings(Struct, frozen=True):
    """How a chart is rendered: for which release, which Kubernetes, by which Helm."""

    release: Release = Release()
    capabilities: Capabilities = field(default_factory=Capabilities.of)
    helm: int = 4
    lenient: bool = False
    """Whether ``required`` and ``fail`` let the render go on, as in ``helm lint``."""
    all_notes: bool = False
    """Whether subcharts' notes are shown too."""
    limits: Limits | None = None
