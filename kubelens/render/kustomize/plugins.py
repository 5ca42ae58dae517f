"""Built-in generators and transformers that are configured by objects (``generators``, ``transformers``, ``validators``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from kubelens.render.kustomize.decoding import decode
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.generators import generate
from kubelens.render.kustomize.iam_policy import IamPolicySettings, generate_account
from kubelens.render.kustomize.loading import Loader
from kubelens.render.kustomize.node import MAPPING, SEQUENCE, Node
from kubelens.render.kustomize.resource import Resource, World
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.settings import (
    FieldSpecSettings,
    GeneratorArgs,
    Image,
    ObjectMeta,
    Patch,
    PatchArgs,
    Replacement,
    Replica,
    SecretArgs,
    Selector,
    Settings,
)
from kubelens.render.kustomize.settings_text import settings_text
from kubelens.render.kustomize.transformer_config import field_specs
from kubelens.render.kustomize.transformers.affixes import Affix
from kubelens.render.kustomize.transformers.entries import Entries
from kubelens.render.kustomize.transformers.hashes import Hashes
from kubelens.render.kustomize.transformers.images import Images
from kubelens.render.kustomize.transformers.namespace import Namespace, check_subjects
from kubelens.render.kustomize.transformers.patches import JsonPatch, MergePatches, Patches, inline_file
from kubelens.render.kustomize.transformers.replacements import Replacements
from kubelens.render.kustomize.transformers.replicas import Replicas
from kubelens.render.kustomize.transformers.transformer import Transformer
from kubelens.render.kustomize.transformers.value_add import ValueAdd, ValueAddSettings, ValueTarget
from kubelens.render.kustomize.values import scalar_value
from kubelens.render.origin import Origin, Sourced, SourcedList, Text
from kubelens.render.yaml.read import read_yaml


class PluginSettings(Settings):
    """The fields that any of the built-in plugins has."""

    go_type: ClassVar[str] = "builtins.Plugin"
    metadata: ObjectMeta | None = None
    field_specs: list[FieldSpecSettings] | None = None
    prefix: str = ""
    suffix: str = ""
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    image_tag: Image | None = None
    replica: Replica | None = None
    unset_only: bool = False
    set_role_binding_subjects: str = ""
    path: str = ""
    patch: str = ""
    target: Selector | None = None
    options: PatchArgs | None = None
    paths: list[str] | None = None
    patches: str = ""
    json_op: str = ""
    replacements: list[Replacement] | None = None


def load_generator(resource: Resource, loader: Loader, world: World) -> Callable[[], Resource]:
    """The generator that an object configures."""
    _check_is_builtin(resource)
    kind = resource.kind
    if kind == "IAMPolicyGenerator":
        settings = decode(IamPolicySettings, sourced(resource.tree), strict=False)
        return lambda: generate_account(settings, world)
    if kind not in ("ConfigMapGenerator", "SecretGenerator"):
        if kind in _TRANSFORMERS:
            raise BuildFault(f"plugin {resource.original_id} not a generator")
        raise _unknown(resource)
    value = sourced(resource.tree)
    wanted = SecretArgs if kind == "SecretGenerator" else GeneratorArgs
    args = decode(wanted, value, strict=False)
    args.name = args.name or resource.name
    args.namespace = args.namespace or resource.namespace
    return lambda: generate(args, loader, world)


def load_transformer(resource: Resource, loader: Loader, world: World) -> Transformer:
    """The transformer that an object configures."""
    _check_is_builtin(resource)
    make = _TRANSFORMERS.get(resource.kind)
    if make is None:
        if resource.kind in ("ConfigMapGenerator", "SecretGenerator"):
            raise BuildFault(f"plugin {resource.original_id} not a transformer")
        raise _unknown(resource)
    try:
        if make is _value_add:
            return _value_add(resource, loader)
        settings: PluginSettings = decode(PluginSettings, sourced(resource.tree), strict=False)
        return make(settings, loader, world)
    except BuildFault as fault:
        raise fault.within(f"plugin {resource.original_id} fails configuration") from None


def is_builtin(resource: Resource) -> bool:
    """Whether kustomize itself is the plugin; others are programs of whoever builds."""
    return not resource.gvk.group and resource.gvk.version == "builtin"


def first_place(resource: Resource) -> Origin | None:
    """Where an object that configures a plugin begins."""
    return next(iter(resource.tree.origins), None)


def _check_is_builtin(resource: Resource) -> None:
    if not is_builtin(resource):
        raise BuildFault(
            f"external plugins disabled; unable to load external plugin '{resource.original_id.gvk.kind}'",
            first_place(resource),
        )


def _unknown(resource: Resource) -> BuildFault:
    return BuildFault(f"unable to load builtin {resource.gvk}", first_place(resource))


def sourced(node: Node) -> object:
    """A tree's value with origins, as settings are decoded from."""
    if node.kind == MAPPING:
        made = Sourced()
        for name, field in node.fields.items():
            made[name] = sourced(field)
            if field.origins:
                made.origins[name] = field.origins[0]
        return made
    if node.kind == SEQUENCE:
        found = SourcedList([sourced(item) for item in node.items])
        found.origins = {i: item.origins[0] for i, item in enumerate(node.items) if item.origins}
        return found
    value = scalar_value(node)
    if isinstance(value, str) and not isinstance(value, Text):
        return _exact(node, value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _exact(node: Node, value: str) -> Text:
    """The text of a scalar with the origin of every line, where it was read and not changed."""
    if node.written is None and node.parsed is not None and node.source is not None:
        from kubelens.render.yaml.read import read_node  # noqa: PLC0415

        found = read_node(node.source, node.parsed.text, node.parsed.file)
        if isinstance(found, Text) and found == value:
            return found
    return Text.of(value, *node.origins)


def _prefix(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    if settings.field_specs is None:
        raise BuildFault("fieldSpecs is not expected to be nil")
    return Affix(settings.prefix, field_specs(settings.field_specs), is_prefix=True)


def _suffix(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    if settings.field_specs is None:
        raise BuildFault("fieldSpecs is not expected to be nil")
    return Affix(settings.suffix, field_specs(settings.field_specs), is_prefix=False)


class _Both:
    """A prefix and a suffix."""

    def __init__(self, settings: PluginSettings, loader: Loader, world: World) -> None:
        self.parts = (_prefix(settings, loader, world), _suffix(settings, loader, world))

    def transform(self, objects: ResourceList) -> None:
        for part in self.parts:
            part.transform(objects)


def _namespace(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    namespace = settings.metadata.namespace if settings.metadata is not None else ""
    subjects = check_subjects(settings.set_role_binding_subjects)
    return Namespace(namespace, field_specs(settings.field_specs), unset_only=settings.unset_only, subjects=subjects)


def _labels(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    return Entries(settings.labels or {}, field_specs(settings.field_specs))


def _annotations(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    return Entries(settings.annotations or {}, field_specs(settings.field_specs))


def _images(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    return Images(settings.image_tag or Image(), field_specs(settings.field_specs))


def _replicas(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    return Replicas(settings.replica or Replica(), field_specs(settings.field_specs))


def _patch(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    patch = _as_patch(settings, settings.patch)
    return Patches(patch, loader, world, settings_text(patch))


def _merge_patches(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    if not settings.paths and not settings.patches:
        raise BuildFault("empty file path and empty patch content")
    made = MergePatches.__new__(MergePatches)
    made.patches = MergePatches(settings.paths, loader, world).patches if settings.paths else []
    if settings.patches:
        made.patches += [Resource(node, world) for node in inline_file(settings.patches).objects()]
    return made


def _json_patch(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    return JsonPatch(_as_patch(settings, settings.json_op), loader)


def _as_patch(settings: PluginSettings, text: str) -> Patch:
    return Patch(
        path=settings.path, patch=text, target=settings.target, options=settings.options, origins=settings.origins
    )


def _replacements(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    return Replacements(settings.replacements or [], loader)


def _hashes(settings: PluginSettings, loader: Loader, world: World) -> Transformer:
    return Hashes()


def _value_add(resource: Resource, loader: Loader) -> Transformer:
    settings: ValueAddSettings = decode(ValueAddSettings, sourced(resource.tree), strict=False)
    targets: list[ValueTarget] = list(settings.targets or ())
    if settings.target_file_path:
        more: ValueAddSettings = decode(
            ValueAddSettings, read_yaml(loader.load(settings.target_file_path)), strict=False
        )
        targets += more.targets or ()
    value = str(settings.value).strip() or loader.shown_root.rpartition("/")[2]
    return ValueAdd(value, targets)


_TRANSFORMERS: Final[dict[str, Callable[..., Transformer]]] = {
    "PrefixTransformer": _prefix,
    "SuffixTransformer": _suffix,
    "PrefixSuffixTransformer": _Both,
    "NamespaceTransformer": _namespace,
    "LabelTransformer": _labels,
    "AnnotationsTransformer": _annotations,
    "ImageTagTransformer": _images,
    "ReplicaCountTransformer": _replicas,
    "PatchTransformer": _patch,
    "PatchStrategicMergeTransformer": _merge_patches,
    "PatchJson6902Transformer": _json_patch,
    "ReplacementTransformer": _replacements,
    "HashTransformer": _hashes,
    "ValueAddTransformer": _value_add,
}
