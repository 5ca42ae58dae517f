"""Numbers of replicas (``ReplicaCountTransformer``)."""

from __future__ import annotations

from functools import partial

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import FieldSpec, change
from kubelens.render.kustomize.fields import set_scalar
from kubelens.render.kustomize.identity import Gvk, ResId
from kubelens.render.kustomize.node import SCALAR, Node
from kubelens.render.kustomize.resolution import INT
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.settings import Replica


class Replicas:
    """Sets how many replicas the objects of one name have."""

    def __init__(self, replica: Replica, specs: tuple[FieldSpec, ...]) -> None:
        self.replica = replica
        self.specs = specs

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        found = False
        for spec in self.specs:
            matches = partial(_is_meant, str(self.replica.name), spec.gvk)
            for resource in objects.by_any_id(matches):
                found = True
                change(resource.tree, spec, self._set, SCALAR, INT)
        if not found:
            shown = " ".join(str(spec.gvk) for spec in self.specs)
            raise BuildFault(
                f"resource with name {self.replica.name} does not match a config with the following GVK [{shown}]",
                self.replica.origins.get("name") or self.replica.origins.get(""),
            )

    def _set(self, node: Node) -> None:
        place = self.replica.origins.get("count")
        set_scalar(node, Node(SCALAR, str(self.replica.count), INT, "", (place,) if place is not None else None))


def _is_meant(name: str, gvk: Gvk, one: ResId) -> bool:
    return one.name == name and one.gvk.is_selected(gvk)
