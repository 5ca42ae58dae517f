"""Labels and annotations (``LabelTransformer``, ``AnnotationsTransformer``)."""

from __future__ import annotations

from kubelens.render.kustomize.field_spec import FieldSpec, change
from kubelens.render.kustomize.fields import set_field
from kubelens.render.kustomize.node import MAPPING, Node, text_node
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.origin import origins_in


class Entries:
    """Sets entries of maps. One node stands in all the maps of an object, as kyaml has it."""

    def __init__(self, entries: dict[str, str], specs: tuple[FieldSpec, ...]) -> None:
        self.entries = entries
        self.specs = specs

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        for resource in objects:
            for name in sorted(self.entries):
                value = self.entries[name]
                shared = text_node(value, origins_in(value) or None)
                for spec in self.specs:
                    change(resource.tree, spec, _Setter(name, shared), MAPPING, "!!map")
        objects.drop_empty()


class _Setter:
    def __init__(self, name: str, shared: Node) -> None:
        self.name = name
        self.shared = shared

    def __call__(self, node: Node) -> None:
        set_field(node, self.name, self.shared)
