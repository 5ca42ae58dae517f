"""What a kustomization and those below it have gathered (api ``accumulator.ResAccumulator``)."""

from __future__ import annotations

from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.transformer_config import TransformerConfig
from kubelens.render.kustomize.transformers.variables import Variables


class Accumulation:
    """Objects, the fields that transformers change, and variables."""

    __slots__ = ("config", "objects", "variables")

    def __init__(self) -> None:
        self.objects = ResourceList()
        self.config = TransformerConfig()
        self.variables = Variables()

    def take_in(self, other: Accumulation) -> None:
        """Add what another kustomization gathered (``MergeAccumulator``)."""
        self.objects.append(other.objects)
        self.config = self.config.merge(other.config)
        self.variables.merge(list(other.variables.known.values()))
