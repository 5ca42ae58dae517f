"""A kustomization built: what ``kubectl kustomize`` prints, object by object (api ``krusty.Kustomizer.Run``)."""

from __future__ import annotations

from typing import Final, NamedTuple

from kubelens.render.kustomize.context import Context, Missing
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import FieldSpec
from kubelens.render.kustomize.fields import peek
from kubelens.render.kustomize.identity import Gvk
from kubelens.render.kustomize.loading import FileSet, Loader
from kubelens.render.kustomize.node import Node
from kubelens.render.kustomize.patch_schema import builtin_schema
from kubelens.render.kustomize.printing import object_text, sourced_text
from kubelens.render.kustomize.reading import check_metadata
from kubelens.render.kustomize.resolution import NotJson
from kubelens.render.kustomize.resource import Resource, World
from kubelens.render.kustomize.settings import Kustomization, SortOptions
from kubelens.render.kustomize.target import Target
from kubelens.render.kustomize.tracking import MANAGED_BY_LABEL, annotate
from kubelens.render.kustomize.transformers.entries import Entries
from kubelens.render.kustomize.transformers.hashes import Hashes
from kubelens.render.kustomize.transformers.name_references import NameReferences
from kubelens.render.kustomize.transformers.sort_order import LEGACY, SortOrder
from kubelens.render.kustomize.transformers.variables import VariableReferences
from kubelens.render.kustomize.values import RepeatedKey, go_syntax_of
from kubelens.render.origin import Origin, Text

VERSION: Final = "v5.8.1"
_NIL_MAP: Final = "map[string]interface {}(nil)"
_LOCAL: Final = "config.kubernetes.io/local-config"
_MANAGED_BY: Final = "app.kubernetes.io/managed-by"


class Built(NamedTuple):
    """``objects`` in the order they are printed. ``missing``: what the build does without, if it is not whole."""

    objects: tuple[BuiltObject, ...]
    warnings: tuple[str, ...]
    missing: tuple[Missing, ...]
    files: frozenset[str]
    """The files that were read."""
    listed: frozenset[str]
    """The folders that were read with all below."""
    idle: tuple[Missing, ...] = ()
    """What the kustomizations ask for that touches nothing; empty where the build is not whole."""

    @property
    def text(self) -> str:
        """All objects, with ``---`` between them."""
        return "---\n".join(built.text for built in self.objects)


class BuiltObject:
    """One object as printed."""

    __slots__ = ("_node", "text")

    def __init__(self, node: Node) -> None:
        self._node = node
        self.text = object_text(node)

    @property
    def kind_and_name(self) -> tuple[str, str]:
        """Its kind and name."""
        found = (peek(self._node, "kind"), peek(self._node, "metadata", "name"))
        kind, name = ("" if node is None else str(node.value) for node in found)
        return kind, name

    def sourced(self) -> Text:
        """The text with the origin of each key and scalar."""
        return sourced_text(self._node)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where the object as a whole was written."""
        return self._node.origins


def build(
    files: FileSet, folder: str, *, helm: bool = True, settings: Kustomization | None = None, root_only: bool = True
) -> Built:
    """Build the kustomization in a folder.

    ``helm``: whether charts are taken in (kustomize's ``--enable-helm``). ``settings``: what its file is taken to say.
    ``root_only``: whether each kustomization may read files of its own folder alone (``--load-restrictor``).

    Raises:
        BuildFault: kustomize refuses it.
    """
    context = Context(World(builtin_schema()), helm=helm)
    try:
        objects = _objects(context, Loader(files, folder, root_only=root_only), settings)
    except BuildFault as fault:
        fault.warnings = (*context.warnings, *fault.warnings)
        raise
    idle = () if context.missing or context.placeholders else tuple(context.idle)
    read, listed = frozenset(files.was_read), frozenset(files.was_listed)
    return Built(objects, tuple(context.warnings), tuple(context.missing), read, listed, idle)


def _objects(context: Context, loader: Loader, given: Kustomization | None = None) -> tuple[BuiltObject, ...]:
    if not loader.files.reader.is_folder(loader.root):
        raise BuildFault(f"must build at directory: '{loader.shown_root}': file is not directory")
    target = Target(loader, context)
    if given is None:
        target.load()
    else:
        target.settings = given
    target.use_schema()
    settings = target.settings
    gathered = target.accumulate()
    objects = gathered.objects
    Hashes().transform(objects)
    NameReferences(gathered.config.name_reference).transform(objects)
    if gathered.variables.known:
        references = VariableReferences(gathered.variables, gathered.config.var_reference, objects)
        references.transform(objects)
        if references.unused:
            context.warnings.append(f"well-defined vars that were never replaced: {','.join(references.unused)}")
    objects.resources = [resource for resource in objects if not _is_local(resource)]
    options = settings.sort_options
    SortOrder(options if options is not None else SortOptions(order=LEGACY)).transform(objects)
    wanted = list(map(str, settings.build_metadata or ()))
    if MANAGED_BY_LABEL in wanted:
        spec = FieldSpec(Gvk(), "metadata/labels", True)
        Entries({_MANAGED_BY: f"kustomize-{VERSION}"}, (spec,)).transform(objects)
    return tuple(_printed(resource, wanted) for resource in objects)


def _is_local(resource: Resource) -> bool:
    check_metadata(resource.tree, resource.build_annotations())
    found = resource.annotations().get(_LOCAL)
    return found is not None and found.value != "false"


def _printed(resource: Resource, wanted: list[str]) -> BuiltObject:
    annotate(resource, wanted)
    try:
        return BuiltObject(resource.tree)
    except NotJson as error:
        origins = resource.tree.origins
        shown = _NIL_MAP if isinstance(error, RepeatedKey) else _shown(resource.tree)
        raise BuildFault(f"{shown}: {error}", origins[0] if origins else None) from None


def _shown(node: Node) -> str:
    """The object as Go decodes it; nothing where that fails."""
    try:
        return go_syntax_of(node)
    except NotJson:
        return _NIL_MAP
