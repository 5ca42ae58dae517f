"""Patches, strategic and of RFC 6902 (``PatchTransformer``, ``PatchStrategicMergeTransformer``, ``PatchJson6902Transformer``)."""

from __future__ import annotations

from kubelens.render.go.strconv import quote
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import lookup, peek
from kubelens.render.kustomize.json_patch import Operation, apply_patch, decode_patch
from kubelens.render.kustomize.loading import Loader
from kubelens.render.kustomize.node import MAPPING, is_null
from kubelens.render.kustomize.reading import ObjectFile
from kubelens.render.kustomize.resolution import NotJson
from kubelens.render.kustomize.resource import Resource, World
from kubelens.render.kustomize.resource_list import ResourceList, take_metadata
from kubelens.render.kustomize.settings import Patch, Selector
from kubelens.render.kustomize.strategic_merge import merge
from kubelens.render.origin import Text


def inline_file(text: str) -> ObjectFile:
    """A patch that is written where it is used."""
    file = ""
    if isinstance(text, Text) and text.pieces and text.pieces[0].origins:
        file = text.pieces[0].origins[0].file
    return ObjectFile(file, text)


def trimmed(text: str) -> str:
    """The text without blanks around it, with its origins."""
    stripped = text.strip()
    start = text.find(stripped) if stripped else 0
    return text.cut(start, start + len(stripped)) if isinstance(text, Text) else stripped


class Patches:
    """One entry of ``patches``."""

    def __init__(self, patch: Patch, loader: Loader, world: World, shown: str) -> None:
        """Read the patch; ``shown``: its settings as messages show them."""
        self.patch = patch
        self.target = patch.target
        self.found = True
        """Whether the target selected anything when it ran."""
        text = trimmed(patch.patch)
        place = patch.origins.get("")
        if not text and not patch.path:
            raise BuildFault(f"must specify one of patch and path in\n{shown}", place)
        if text and patch.path:
            raise BuildFault(f"patch and path can't be set at the same time\n{shown}", place)
        if text:
            self.source = f"[patch: {quote(str(text))}]"
            file = inline_file(text)
        else:
            try:
                text = loader.load(patch.path)
                file = loader.objects(patch.path)
            except BuildFault as fault:
                raise fault.within(f"failed to get the patch file from path({patch.path})").at(patch.path) from None
            self.source = f"[path: {quote(str(patch.path))}]"
        self.place = place
        self._read(file, text, world)

    def _read(self, file: ObjectFile, text: str, world: World) -> None:
        self.merges: list[Resource] | None = None
        self.operations: list[Operation] | None = None
        merges: list[Resource] | None = None
        operations: list[Operation] | None = None
        faults: list[BuildFault] = []
        try:
            merges = [Resource(node, world) for node in file.objects()]
        except BuildFault as fault:
            faults.append(fault)
        if merges is None or not merges:
            try:
                operations = decode_patch(text, file.parsed.file)
            except BuildFault as fault:
                faults.append(fault)
        if merges is None and operations is None:
            origin = next((f.origin for f in faults if f.origin is not None), None)
            raise BuildFault(f"unable to parse SM or JSON patch from {self.source}", origin or self.place)
        if merges is not None:
            self.merges = merges
            options = self.patch.options
            for merge_patch in merges:
                merge_patch.allow_name_change = options is not None and options.allow_name_change
                merge_patch.allow_kind_change = options is not None and options.allow_kind_change
        else:
            self.operations = operations

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        try:
            if self.merges:
                self._merge(self.merges, objects)
            elif self.operations is not None:
                if self.patch.target is None:
                    raise BuildFault(f"must specify a target for JSON patch {self.source}", self.place)
                selected = objects.selected(self.patch.target)
                self.found = bool(selected)
                apply_operations(self.operations, selected, remembers=True)
        except BuildFault as fault:
            if fault.origin is None:
                fault.origin = self.place
            raise

    def _merge(self, merges: list[Resource], objects: ResourceList) -> None:
        target = self.patch.target
        if target is not None:
            if len(merges) > 1:
                raise BuildFault(
                    "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set "
                    f"`patches.target` field: {self.source}"
                )
            try:
                selected = objects.selected(target)
            except BuildFault as fault:
                words = f"unable to find patch target {quote(shown_selector(target))} in `resources`"
                raise fault.within(words) from None
            self.found = bool(selected)
            merge_into(merges[0], selected, objects)
            return
        for patch in merges:
            wanted = patch.original_id
            try:
                found = objects.named(wanted)
            except BuildFault as fault:
                origin = (peek(patch.node, "metadata", "name") or patch.tree).origins
                raise fault.within(
                    f"no resource matches strategic merge patch {quote(str(wanted))}", origin[0] if origin else None
                ) from None
            apply_merge(patch, found)


class MergePatches:
    """``patchesStrategicMerge``: files, or patches written there."""

    def __init__(self, paths: list[str], loader: Loader, world: World) -> None:
        self.patches: list[Resource] = []
        for path in paths:
            try:
                nodes = inline_file(path).objects()
            except BuildFault:
                try:
                    nodes = loader.objects(path).objects()
                except BuildFault as fault:
                    if fault.malformed:
                        fault.message = f"{fault.message} in File: {path}"
                    raise fault.at(path) from None
            self.patches.extend(Resource(node, world) for node in nodes)
        if not self.patches:
            raise BuildFault(f"patch appears to be empty; files=[{' '.join(paths)}], Patch=")

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        for patch in self.patches:
            try:
                found = objects.named(patch.original_id)
            except BuildFault as fault:
                origin = patch.tree.origins
                fault.origin = fault.origin or (origin[0] if origin else None)
                raise
            merge_into(patch, [found], objects)


class JsonPatch:
    """One entry of ``patchesJson6902``."""

    def __init__(self, patch: Patch, loader: Loader) -> None:
        self.target = patch.target
        self.found = True
        place = patch.origins.get("")
        if patch.target is None or not patch.target.name:
            raise BuildFault("must specify the target name", place)
        if not patch.path and not patch.patch:
            raise BuildFault("empty file path and empty jsonOp", place)
        text = patch.patch
        if patch.path:
            if text:
                raise BuildFault("must specify a file path or jsonOp, not both", place)
            try:
                text = loader.load(patch.path)
            except BuildFault as fault:
                raise fault.at(patch.path) from None
            if not text:
                raise BuildFault(f"patch file '{patch.path}' empty seems to be empty").at(patch.path)
        self.operations = decode_patch(text)
        self.place = place
        if not self.operations:
            raise BuildFault(f"patch appears to be empty; file={patch.path}, JsonOp={text}", place)

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        assert self.target is not None
        selected = objects.selected(self.target)
        self.found = bool(selected)
        apply_operations(self.operations, selected, remembers=False)


def shown_selector(selector: Selector) -> str:
    """A selector as messages show it."""
    name = f"{selector.name or '[noName]'}.{selector.namespace or '[noNs]'}"
    return f"{selector.gvk}/{name}:a={selector.annotation_selector}:l={selector.label_selector}"


def apply_operations(operations: list[Operation], resources: list[Resource], *, remembers: bool) -> None:
    """Apply a patch of RFC 6902 to each object."""
    for resource in resources:
        if remembers:
            resource.remember_id()
        if resource.build_annotations() or resource.tracked is not None:
            lookup(resource.node, ("metadata", "annotations"), MAPPING)  # where kustomize keeps what it remembers
        try:
            apply_patch(operations, resource.tree)
        except NotJson as error:
            origins = resource.tree.origins
            raise BuildFault(str(error), origins[0] if origins else None) from None
        if resource.build_annotations():
            resource.set_meta_map("annotations", resource.annotations())


def merge_into(patch: Resource, selected: list[Resource], objects: ResourceList) -> None:
    """Merge a patch into each of some objects; each has its own copy of it (``ApplySmPatch``)."""
    chosen = {id(resource) for resource in selected}
    kept: list[Resource] = []
    for resource in objects:
        if id(resource) in chosen:
            copy = patch.copy()
            take_metadata(copy, patch)
            copy.set_kind(resource.kind)
            copy.set_api_version(resource.gvk.api_version)
            copy.set_kind(patch.kind)
            apply_merge(copy, resource)
        if not resource.is_gone:
            kept.append(resource)
    objects.resources = []
    objects.append(kept)


def apply_merge(patch: Resource, resource: Resource) -> None:
    """Merge a patch into an object, whose name, namespace and kind stay unless the patch may change them."""
    name, namespace, kind = resource.name, resource.namespace, resource.kind
    places = {n: peek(resource.node, "metadata", n) for n in ("name", "namespace")}
    kind_node = peek(resource.node, "kind")
    origins = {n: None if node is None else node.origins for n, node in places.items()}
    kind_origins = None if kind_node is None else kind_node.origins
    if patch.allow_name_change or patch.allow_kind_change:
        resource.remember_id()
    forgets = _clears_annotations(patch)
    merged = merge(patch.tree, resource.tree, resource.world.schema)
    if merged is None:
        resource.node = None
        return
    resource.node = merged
    if resource.is_gone:
        return
    if forgets:
        resource.previous, resource.prefixes, resource.suffixes = [], [], []
        resource.behavior, resource.needs_hash = "unspecified", False
    if not patch.allow_kind_change:
        resource.set_kind(kind, kind_origins)
    if not patch.allow_name_change:
        resource.set_name(name, origins["name"])
    resource.set_namespace(namespace, origins["namespace"])


def _clears_annotations(patch: Resource) -> bool:
    """Whether a patch takes away all annotations, and with them what kustomize keeps there."""
    for path in (("metadata",), ("metadata", "annotations")):
        found = peek(patch.node, *path)
        if found is None:
            continue
        if is_null(found):
            return True
        directive = found.fields.get("$patch")
        if directive is not None and directive.value in ("delete", "replace"):
            return True
    return False
