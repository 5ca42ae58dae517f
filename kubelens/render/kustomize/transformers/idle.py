"""What a kustomization asks for that touches nothing: kustomize says nothing of it, and leaves everything as it is."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.render.kustomize.context import Missing
from kubelens.render.kustomize.settings import Selector
from kubelens.render.kustomize.transformers.images import Images
from kubelens.render.kustomize.transformers.patches import JsonPatch, Patches
from kubelens.render.kustomize.transformers.replacements import Replacements
from kubelens.render.kustomize.transformers.transformer import Transformer


def idle_parts(transformer: Transformer) -> Iterator[Missing]:
    """The parts of a transformer that found nothing to change when it ran, with where each is written."""
    match transformer:
        case Images(used=False):
            image = transformer.image
            origin = image.origins.get("name") or image.origins.get("")
            yield Missing(f"no object has an image {str(image.name)!r}", origin)
        case Patches(found=False) | JsonPatch(found=False):
            target = transformer.target
            if target is not None:
                yield Missing(f"no object is what this patch is for, {_words(target)}", target.origins.get(""))
        case Replacements():
            for one in transformer.idle:
                what = f", {_words(one.select)}" if one.select is not None else ""
                yield Missing(f"no object is what this replacement is for{what}", one.origins.get(""))


def _words(selector: Selector) -> str:
    """A selector's fields as they are written."""
    fields = {
        "group": selector.group,
        "version": selector.version,
        "kind": selector.kind,
        "name": selector.name,
        "namespace": selector.namespace,
        "labelSelector": selector.label_selector,
        "annotationSelector": selector.annotation_selector,
    }
    return ", ".join(f"{name} {str(value)!r}" for name, value in fields.items() if value)
