"""Hashes behind the names of generated objects (``HashTransformer``)."""

from __future__ import annotations

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import peek
from kubelens.render.kustomize.hashing import name_hash
from kubelens.render.kustomize.resolution import NotJson
from kubelens.render.kustomize.resource_list import ResourceList


class Hashes:
    """Adds a hash of its content to the name of each object that asks for one."""

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        for resource in objects:
            if not resource.needs_hash:
                continue
            try:
                found = name_hash(resource.tree)
            except NotJson as error:
                raise BuildFault(str(error)) from None
            resource.remember_id()
            place = peek(resource.node, "metadata", "name")
            resource.set_name(f"{resource.name}-{found}", None if place is None else place.origins)
