"""The namespace of objects and of what they name (``NamespaceTransformer``, ``filters/namespace``)."""

from __future__ import annotations

from collections import Counter
from typing import Final

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import FieldSpec, change
from kubelens.render.kustomize.fields import field, lookup, require, set_scalar
from kubelens.render.kustomize.identity import Gvk, ResId
from kubelens.render.kustomize.node import MAPPING, SCALAR, SEQUENCE, Node, is_empty, is_null, text_node
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.origin import origins_in

_BINDINGS: Final = frozenset({"RoleBinding", "ClusterRoleBinding"})
_OWN: Final = FieldSpec(Gvk(), "metadata/namespace", True)
DEFAULT_ONLY: Final = "defaultOnly"
ALL_ACCOUNTS: Final = "allServiceAccounts"
NO_SUBJECTS: Final = "none"


def check_subjects(mode: str) -> str:
    """The way in which subjects of bindings are changed."""
    if mode and mode not in (DEFAULT_ONLY, ALL_ACCOUNTS, NO_SUBJECTS):
        raise BuildFault(
            f'invalid value "{mode}" for setRoleBindingSubjects: must be one of '
            f'"{DEFAULT_ONLY}", "{NO_SUBJECTS}" or "{ALL_ACCOUNTS}"'
        ).at(mode)
    return mode or DEFAULT_ONLY


class Namespace:
    """Puts objects into a namespace. ``unset_only``: those that have none."""

    def __init__(
        self,
        namespace: str,
        specs: tuple[FieldSpec, ...],
        *,
        unset_only: bool = False,
        subjects: str = DEFAULT_ONLY,
    ) -> None:
        self.namespace = namespace
        self.specs = specs
        self.unset_only = unset_only
        self.subjects = subjects
        self._written = origins_in(namespace) or None

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        if not self.namespace:
            return
        counts = Counter(_key(resource.current_id) for resource in objects)
        for resource in objects:
            if resource.is_gone or resource.from_chart:
                continue
            counts[_key(resource.current_id)] -= 1
            resource.remember_id()
            self.change_object(resource)
            now = _key(resource.current_id)
            counts[now] += 1
            if counts[now] != 1:
                same = " ".join(r.as_json() for r in objects if _key(r.current_id) == now)
                raise BuildFault(f"namespace transformation produces ID conflict: [{same}]").at(self.namespace)

    def change_object(self, resource: Resource) -> None:
        """Change one object."""
        node = resource.tree
        try:
            if not resource.current_id.cluster:
                change(node, _OWN, self._set, SCALAR)
            is_binding = resource.kind in _BINDINGS
            if is_binding:
                self._change_subjects(node)
            for spec in self.specs:
                if spec.path == "metadata/namespace" or (spec.path == "metadata/name" and resource.api_version != "v1"):
                    continue
                if is_binding and spec.gvk.kind in _BINDINGS and spec.path == "subjects/namespace":
                    continue
                change(node, spec, self._set, SCALAR, "!!str")
        except BuildFault as fault:
            raise fault.within("namespace transformation failed").at(self.namespace) from None

    def _set(self, node: Node) -> None:
        if self.unset_only and not is_empty(node) and node.kind == SCALAR and node.value:
            return
        set_scalar(node, text_node(self.namespace, self._written))

    def _change_subjects(self, node: Node) -> None:
        if self.subjects == NO_SUBJECTS:
            return
        found = field(node, "subjects")
        if is_null(found):
            return
        assert found is not None
        require(found, SEQUENCE)
        name, wanted = ("kind", "ServiceAccount") if self.subjects == ALL_ACCOUNTS else ("name", "default")
        for subject in found.items:
            value = field(subject, name)
            if not is_null(value) and value.value == wanted and subject.kind == MAPPING:  # type: ignore[union-attr]
                place = lookup(subject, ("namespace",), SCALAR)
                if place is not None:
                    self._set(place)


def _key(one: ResId) -> tuple[object, ...]:
    return one.gvk, one.name, one.effective_namespace
