"""Names in other objects follow the objects they name (``nameReferenceTransformer``, ``filters/nameref``)."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import FieldSpec, change
from kubelens.render.kustomize.fields import field, peek, set_field, set_scalar
from kubelens.render.kustomize.identity import Gvk, ResId
from kubelens.render.kustomize.node import MAPPING, SCALAR, SEQUENCE, Node, bare_node, is_null
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.origin import Origin


class BackReference(NamedTuple):
    """Objects of a type, and the fields of others that name them."""

    gvk: Gvk
    referrers: tuple[FieldSpec, ...]


class NameReferences:
    """Updates every name of a renamed object."""

    def __init__(self, references: tuple[BackReference, ...]) -> None:
        self.by_kind: dict[str, list[tuple[FieldSpec, Gvk]]] = defaultdict(list)
        for reference in references:
            for spec in reference.referrers:
                self.by_kind[spec.gvk.kind].append((spec, reference.gvk))
        self.order = {reference.gvk: index for index, reference in enumerate(references)}

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        renamed: dict[str, list[Resource]] = defaultdict(list)
        for resource in objects:
            for name in {one.name for one in resource.previous_ids}:
                renamed[name].append(resource)
        originals = [(resource, resource.original_id) for resource in objects]
        for resource, original in originals:
            specs = self._specs(original)
            if specs:
                referrer = _Referrer(resource, renamed, objects)
                for spec, gvk in specs:
                    referrer.follow(spec, gvk)

    def _specs(self, original: ResId) -> list[tuple[FieldSpec, Gvk]]:
        found = [*self.by_kind.get(original.gvk.kind, ()), *(self.by_kind.get("", ()) if original.gvk.kind else ())]
        found = [(spec, gvk) for spec, gvk in found if original.gvk.is_selected(spec.gvk)]
        if self.by_kind.get(""):
            found.sort(key=lambda pair: self.order[pair[1]])
        return found


class _Referrer:
    """An object whose names are updated."""

    def __init__(self, resource: Resource, renamed: dict[str, list[Resource]], objects: ResourceList) -> None:
        self.resource = resource
        self.renamed = renamed
        self.objects = objects
        self.current = resource.current_id
        self.accounts = _account_namespaces(resource)
        self.path = ""
        self.wanted = Gvk()

    def follow(self, spec: FieldSpec, wanted: Gvk) -> None:
        self.path, self.wanted = spec.path, wanted
        self.current = self.resource.current_id
        try:
            change(self.resource.tree, spec._replace(gvk=self.current.gvk), self._set)
        except BuildFault as fault:
            raise fault.within(f"updating name reference in '{spec.path}' field of '{self.current}'") from None

    def _set(self, node: Node) -> None:
        if is_null(node):
            return
        if node.kind == SCALAR:
            self._set_scalar(node)
        elif node.kind == MAPPING:
            self._set_mapping(node)
        elif node.kind == SEQUENCE:
            for item in node.items:
                if is_null(item):
                    continue
                if item.kind == SCALAR:
                    self._set_scalar(item)
                elif item.kind == MAPPING:
                    self._set_mapping(item)
                else:
                    raise BuildFault("list is expected to be either a string or a map of string")
        else:
            raise BuildFault("node must be a scalar, sequence or map")

    def _set_scalar(self, node: Node) -> None:
        target = self._select(node.value, self._candidates(node.value), with_namespace=False)
        if target is not None and target.name != node.value:
            set_scalar(node, bare_node(target.name, _name_origins(target, node)))

    def _set_mapping(self, node: Node) -> None:
        name = field(node, "name")
        if name is None:
            raise BuildFault("path config error; no 'name' field in node")
        candidates = self._candidates(name.value)
        namespace = field(node, "namespace")
        if namespace is not None:
            candidates = self._of_namespace(candidates, namespace.value)
        target = self._select(name.value, candidates, with_namespace=True)
        if target is None or (target.name == name.value and not target.namespace):
            return
        set_field(node, "name", bare_node(target.name, _name_origins(target, name)))
        if target.namespace:
            place = peek(target.node, "metadata", "namespace")
            set_field(node, "namespace", bare_node(target.namespace, place.origins if place is not None else None))

    def _of_namespace(self, candidates: list[Resource], namespace: str) -> list[Resource]:
        """By the namespace they were read with; where none of all objects was, by the one they are in."""
        if any(r.original_id.effective_namespace == namespace and self._reaches(r) for r in self.objects):
            return [r for r in candidates if r.original_id.effective_namespace == namespace]
        return [r for r in candidates if r.current_id.effective_namespace == namespace]

    def _candidates(self, name: str) -> list[Resource]:
        return [resource for resource in self.renamed.get(name, ()) if self._reaches(resource)]

    def _reaches(self, resource: Resource) -> bool:
        """``SubsetThatCouldBeReferencedByResource``."""
        if self.current.cluster:
            return True
        one = resource.current_id
        return (
            one.cluster
            or one.effective_namespace == self.current.effective_namespace
            or resource.namespace in self.accounts
        )

    def _select(self, name: str, candidates: list[Resource], *, with_namespace: bool) -> Resource | None:
        """``selectReferral``."""
        found = [r for r in candidates if any(one.name == name for one in r.previous_ids)]
        found = [r for r in found if any(one.gvk.is_selected(self.wanted) for one in r.previous_ids)]
        role = self._role()
        if role is not None:
            found = [r for r in found if any(one.gvk.is_selected(role) for one in r.previous_ids)]
        if not self.current.cluster:
            mine = self.current.effective_namespace
            found = [
                r
                for r in found
                if (one := r.current_id).cluster or r.kind == "ServiceAccount" or one.effective_namespace == mine
            ]
        if len(found) == 1:
            return found[0]
        found = [r for r in found if _same_affixes(r, self.resource, lenient=True)]
        if len(found) > 1:
            found = [r for r in found if _same_affixes(r, self.resource, lenient=False)]
        if not found:
            return None
        if len(found) == 1 or len({(r.name, r.namespace if with_namespace else "") for r in found}) == 1:
            return found[0]
        raise BuildFault(self._ambiguous(found))

    def _ambiguous(self, found: list[Resource]) -> str:
        ids = ", ".join(str(resource.current_id) for resource in found)
        details = "".join(
            f"--- possible referral {index}:\n{resource.as_yaml()}\n" for index, resource in enumerate(found)
        )
        referrer = self.resource.as_yaml()
        return (
            f"found multiple possible referrals: {ids}\n\n**** Too many possible referral targets to referrer:\n"
            f"{referrer}\n{details}"
        )

    def _role(self) -> Gvk | None:
        if not self.path.endswith("roleRef/name"):
            return None
        reference = peek(self.resource.node, "roleRef")
        group, kind = peek(reference, "apiGroup"), peek(reference, "kind")
        if group is None or kind is None:
            return None
        return Gvk(group=group.value, kind=kind.value)


def _name_origins(target: Resource, node: Node) -> tuple[Origin, ...]:
    place = peek(target.node, "metadata", "name")
    return (*node.origins, *(place.origins if place is not None else ()))


def _same_affixes(one: Resource, other: Resource, *, lenient: bool) -> bool:
    """Whether two objects went through the same prefixes and suffixes (``PrefixesSuffixesEquals``)."""
    return all(
        (lenient and (not a or not b)) or _same_ending(a, b)
        for a, b in ((one.prefixes, other.prefixes), (one.suffixes, other.suffixes))
    )


def _same_ending(one: list[str], other: list[str]) -> bool:
    shorter = min(len(one), len(other))
    if not shorter:
        return len(one) == len(other)
    return one[len(one) - shorter :] == other[len(other) - shorter :]


def _account_namespaces(resource: Resource) -> frozenset[str]:
    """The namespaces of the accounts that a RoleBinding binds."""
    if resource.kind != "RoleBinding":
        return frozenset()
    subjects = peek(resource.node, "subjects")
    found: set[str] = set()
    for subject in subjects.items if subjects is not None else ():
        kind, namespace = peek(subject, "kind"), peek(subject, "namespace")
        if kind is not None and namespace is not None and kind.value == "ServiceAccount":
            if is_null(namespace):
                raise BuildFault(f'Invalid Input: namespace is blank for resource "{resource.current_id}"\n')
            found.add(namespace.value)
    return frozenset(found)
