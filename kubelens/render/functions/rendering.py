"""What the functions that need the render they run in ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from kubelens.render.go.function import TemplateFailure


class ChartFailure(TemplateFailure):
    """What ``fail`` and ``required`` raise: the chart's own words (Helm, ``warnWrap``)."""


class Rendering(Protocol):
    """One render of a chart."""

    @property
    def helm(self) -> int:
        """The major version of Helm whose behaviour is asked for: 3 or 4."""

    @property
    def lenient(self) -> bool:
        """Whether ``required`` and ``fail`` let the render go on, as in ``helm lint``."""

    def work(self, steps: int) -> None:
        """Counts work in the measure of template statements; ends the render where it is too much."""

    @property
    def changes(self) -> Callable[[Iterable[object]], None]:
        """Learns of tables before a function changes them."""

    def include(self, name: str, data: object) -> str:
        """What the template of that name makes of ``data``; raises ``TemplateFailure``."""

    def tpl(self, text: str, data: object) -> str:
        """What ``text``, read as a template, makes of ``data``; raises ``TemplateFailure``."""

    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, object]:
        """The object that the cluster has; empty where there is none, or no cluster."""
