"""What every transformer does."""

from __future__ import annotations

from typing import Protocol

from kubelens.render.kustomize.resource_list import ResourceList


class Transformer(Protocol):
    """A change of objects."""

    def transform(self, objects: ResourceList) -> None:
        """Change the objects.

        Raises:
            BuildFault: they cannot be changed so.
        """
