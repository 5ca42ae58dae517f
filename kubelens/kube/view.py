"""What typed views of one object have in common."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.resource import Resource


class View(Struct, frozen=True, eq=False):
    """An object read once into a precise type (``Resource.view``), and equal only to itself."""

    resource: Resource

    @property
    def name(self) -> str:
        """The object's name."""
        return self.resource.name

    @property
    def namespace(self) -> str:
        """The object's namespace: that of its Pods, backends and secrets, and of the Pods it selects."""
        return self.resource.namespace

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.namespace}/{self.name})"
