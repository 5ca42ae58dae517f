"""The transformers that a kustomization's fields ask for, in the order in which they run."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import FieldSpec, merged
from kubelens.render.kustomize.identity import Gvk
from kubelens.render.kustomize.loading import Loader
from kubelens.render.kustomize.resource import World
from kubelens.render.kustomize.settings import Kustomization, Label
from kubelens.render.kustomize.settings_text import settings_text
from kubelens.render.kustomize.transformer_config import TransformerConfig, field_specs
from kubelens.render.kustomize.transformers.affixes import Affix
from kubelens.render.kustomize.transformers.entries import Entries
from kubelens.render.kustomize.transformers.images import Images
from kubelens.render.kustomize.transformers.namespace import Namespace
from kubelens.render.kustomize.transformers.patches import JsonPatch, MergePatches, Patches
from kubelens.render.kustomize.transformers.replacements import Replacements
from kubelens.render.kustomize.transformers.replicas import Replicas
from kubelens.render.kustomize.transformers.transformer import Transformer

Kinded = tuple[str, Transformer]


def builtin_transformers(
    settings: Kustomization, config: TransformerConfig, loader: Loader, world: World
) -> list[Kinded]:
    """(kustomize's name, transformer), all made before the first one runs.

    Raises:
        BuildFault: one cannot be made.
    """
    return [
        *_patches(settings, loader, world),
        *_names(settings, config),
        *_entries(settings, config),
        *_json_patches(settings, loader),
        *(("ReplicaCountTransformer", Replicas(one, config.replicas)) for one in settings.replicas or ()),
        *(("ImageTagTransformer", Images(one, config.images)) for one in settings.images or ()),
        *_replacements(settings, loader),
    ]


def _patches(settings: Kustomization, loader: Loader, world: World) -> Iterator[Kinded]:
    if settings.patches_strategic_merge:
        paths = settings.patches_strategic_merge
        try:
            yield "PatchStrategicMergeTransformer", MergePatches(paths, loader, world)
        except BuildFault as fault:
            raise _troubled(fault, "PatchStrategicMergeTransformer", settings_text({"paths": paths})) from None
    for patch in settings.patches or ():
        shown = settings_text(patch)
        try:
            yield "PatchTransformer", Patches(patch, loader, world, shown)
        except BuildFault as fault:
            raise _troubled(fault, "PatchTransformer", shown) from None


def _names(settings: Kustomization, config: TransformerConfig) -> Iterator[Kinded]:
    if settings.namespace:
        yield "NamespaceTransformer", Namespace(settings.namespace, config.namespace)
    if settings.name_prefix:
        yield "PrefixTransformer", Affix(settings.name_prefix, config.name_prefix, is_prefix=True)
    if settings.name_suffix:
        yield "SuffixTransformer", Affix(settings.name_suffix, config.name_suffix, is_prefix=False)


def _entries(settings: Kustomization, config: TransformerConfig) -> Iterator[Kinded]:
    if settings.labels or settings.common_labels:
        for label in settings.labels or ():
            try:
                specs = _label_specs(label, config)
            except BuildFault as fault:
                raise fault.within("failed to merge labels", label.origins.get("")) from None
            yield "LabelTransformer", Entries(label.pairs or {}, specs)
        yield "LabelTransformer", Entries(settings.common_labels or {}, config.common_labels)
    if settings.common_annotations:
        yield "AnnotationsTransformer", Entries(settings.common_annotations, config.common_annotations)


def _label_specs(label: Label, config: TransformerConfig) -> tuple[FieldSpec, ...]:
    specs = merged(field_specs(label.fields), config.labels)
    if label.include_selectors:
        return merged(specs, config.common_labels)
    if label.include_templates:
        specs = merged(specs, config.template_labels)
    return merged(specs, (FieldSpec(Gvk(), "metadata/labels", True),))


def _json_patches(settings: Kustomization, loader: Loader) -> Iterator[Kinded]:
    for patch in settings.patches_json6902 or ():
        try:
            yield "PatchJson6902Transformer", JsonPatch(patch, loader)
        except BuildFault as fault:
            shown = settings_text(
                {
                    **({"target": patch.target} if patch.target is not None else {}),
                    **({"path": patch.path} if patch.path else {}),
                    **({"jsonOp": patch.patch} if patch.patch else {}),
                }
            )
            raise _troubled(fault, "PatchJson6902Transformer", shown) from None


def _replacements(settings: Kustomization, loader: Loader) -> Iterator[Kinded]:
    """``kusttarget_configplugin.go`` keeps them in a struct whose field has no tag: they are printed as Go names it."""
    if settings.replacements:
        try:
            yield "ReplacementTransformer", Replacements(settings.replacements, loader)
        except BuildFault as fault:
            shown = settings_text({"Replacements": settings.replacements})
            raise _troubled(fault, "ReplacementTransformer", shown) from None


def _troubled(fault: BuildFault, kind: str, shown: str) -> BuildFault:
    return fault.within(f"trouble configuring builtin {kind} with config: `\n{shown}`")
