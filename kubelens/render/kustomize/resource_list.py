"""The objects of a build in the order they came (api ``resmap.resWrangler``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.identity import ResId
from kubelens.render.kustomize.node import Node
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.selecting import check_patterns, selects
from kubelens.render.kustomize.settings import Selector
from kubelens.render.origin import Origin


class ResourceList:
    """Objects, no two of which are the same by type, name and namespace."""

    __slots__ = ("resources",)

    def __init__(self) -> None:
        self.resources: list[Resource] = []

    def __iter__(self) -> Iterator[Resource]:
        return iter(list(self.resources))

    def __len__(self) -> int:
        return len(self.resources)

    def append(self, more: Iterable[Resource]) -> None:
        """Add objects.

        Raises:
            BuildFault: one is there already.
        """
        known = {_key(resource.current_id) for resource in self.resources}
        for resource in more:
            one = resource.current_id
            if (key := _key(one)) in known:
                raise BuildFault(f"may not add resource with an already registered id: {one}", _place(resource))
            known.add(key)
            self.resources.append(resource)

    def drop_empty(self) -> None:
        """Let go of what was deleted."""
        self.resources = [resource for resource in self.resources if not resource.is_gone]

    def by_any_id(self, matches: Callable[[ResId], bool]) -> list[Resource]:
        """Objects that are or were what matches."""
        return [r for r in self.resources if not r.is_gone and any(matches(one) for one in r.ids)]

    def named(self, wanted: ResId) -> Resource:
        """The one object that is or was ``wanted`` (``GetById``)."""
        found = self.by_any_id(wanted.equals)
        if len(found) != 1:
            what = "multiple matches" if found else "no matches"
            raise BuildFault(f"{what} for Id {wanted}; failed to find unique target for patch {wanted}")
        return found[0]

    def selected(self, selector: Selector) -> list[Resource]:
        """Objects that a patch's target means."""
        check_patterns(selector)
        return [resource for resource in self.resources if selects(selector, resource)]

    def absorb(self, generated: Resource) -> None:
        """Add a generated object, or merge it with the one it is made for (``appendReplaceOrMerge``)."""
        one = generated.current_id
        found = self.by_any_id(one.equals)
        if len(found) > 1:
            shown = " ".join(resource.as_json() for resource in found)
            raise BuildFault(f"found multiple objects [{shown}] that could accept merge of {one}")
        if not found:
            if generated.behavior in ("merge", "replace"):
                raise BuildFault(f"id {one.go_syntax} does not exist; cannot merge or replace")
            self.append([generated])
            return
        old = found[0]
        if generated.behavior not in ("merge", "replace"):
            raise BuildFault(
                f"id {one.go_syntax} exists; can not use behavior: '{generated.behavior}', "
                "behavior must be merge or replace"
            )
        index = self.resources.index(old)
        merging = generated.behavior == "merge"
        take_metadata(generated, old)
        if merging:
            for name in ("data", "binaryData"):
                _merge_data(generated, old, name)
            if old.tracked is not None:
                generated.tracked = old.tracked
        target = generated.current_id
        places = [i for i, r in enumerate(self.resources) if target.equals(r.current_id)]
        if len(places) > 1:
            raise BuildFault(f"in Replace: id matched {len(places)} resources")
        if not places:
            raise BuildFault(f"cannot find resource with id {target} to replace")
        if places[0] != index:
            raise BuildFault("unexpected target index in replacement")
        self.resources[index] = generated


def take_metadata(resource: Resource, other: Resource) -> None:
    """``CopyMergeMetaDataFieldsFrom``: labels and annotations of both, the rest of the metadata of the other."""
    resource.set_meta_map("labels", {**other.labels(), **resource.labels()})
    resource.set_meta_map("annotations", {**other.annotations(), **resource.annotations()})
    keeps_hash = resource.needs_hash and other.needs_hash
    resource.previous = list(other.previous)
    resource.prefixes, resource.suffixes = list(other.prefixes), list(other.suffixes)
    resource.behavior = other.behavior
    resource.needs_hash = keeps_hash
    resource.allow_name_change, resource.allow_kind_change = other.allow_name_change, other.allow_kind_change
    resource.from_chart = other.from_chart
    resource.tracked = resource.tracked or other.tracked
    resource.set_name(other.name, _origins(other, "name"))
    resource.set_namespace(other.namespace, _origins(other, "namespace"))
    resource.variables = list(other.variables)


def _origins(resource: Resource, name: str) -> tuple[Origin, ...] | None:
    meta = resource.tree.fields.get("metadata")
    found = None if meta is None else meta.fields.get(name)
    return None if found is None else found.origins or None


def _merge_data(resource: Resource, other: Resource, name: str) -> None:
    from kubelens.render.kustomize.config_data import load_data  # noqa: PLC0415 - generators know this module

    entries: dict[str, Node] = {}
    for tree in (other.tree, resource.tree):
        found = tree.fields.get(name)
        if found is not None:
            entries.update(found.fields)
    load_data(resource.tree, name, {key: (value.value, value.origins) for key, value in entries.items()})


def _key(one: ResId) -> tuple[object, ...]:
    return one.gvk, one.name, one.effective_namespace


def _place(resource: Resource) -> Origin | None:
    found = resource.tree.origins
    return found[0] if found else None
