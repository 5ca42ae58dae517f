"""Prefixes and suffixes of names (``PrefixTransformer``, ``SuffixTransformer``)."""

from __future__ import annotations

from typing import Final

from kubelens.render.kustomize.field_spec import FieldSpec, change
from kubelens.render.kustomize.fields import set_scalar
from kubelens.render.kustomize.identity import Gvk
from kubelens.render.kustomize.node import SCALAR, Node, bare_node
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.origin import origins_in

_KEPT: Final = (
    Gvk(kind="CustomResourceDefinition"),
    Gvk(group="apiregistration.k8s.io", kind="APIService"),
    Gvk(kind="Namespace"),
)
"""What keeps its name."""


class Affix:
    """Text before or behind names."""

    def __init__(self, text: str, specs: tuple[FieldSpec, ...], *, is_prefix: bool) -> None:
        self.text = text
        self.specs = specs
        self.is_prefix = is_prefix

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        for resource in objects:
            one = resource.original_id
            if any(one.gvk.is_selected(kept) for kept in _KEPT):
                continue
            for spec in self.specs:
                if not one.gvk.is_selected(spec.gvk):
                    continue
                if spec.path == "metadata/name":
                    if self.text:
                        (resource.prefixes if self.is_prefix else resource.suffixes).append(self.text)
                        resource.remember_id()
                change(resource.tree, spec, self._set, SCALAR, "!!str")

    def _set(self, node: Node) -> None:
        text = f"{self.text}{node.value}" if self.is_prefix else f"{node.value}{self.text}"
        set_scalar(node, bare_node(text, (*origins_in(self.text), *node.origins)))
