"""Names, tags and digests of images (``ImageTagTransformer``, ``filters/imagetag``)."""

from __future__ import annotations

from typing import Final

from kubelens.regexp.regexp import Regexp
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import FieldSpec, change
from kubelens.render.kustomize.fields import field, require, set_scalar
from kubelens.render.kustomize.node import SCALAR, SEQUENCE, Node, bare_node, is_null
from kubelens.render.kustomize.pattern import unanchored
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.settings import Image
from kubelens.render.origin import origins_in

_LISTS: Final = ("containers", "initContainers")
_BEHIND: Final = r"(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$"


class Images:
    """Replaces parts of images of one name. It runs twice over the lists of containers, as kustomize does."""

    def __init__(self, image: Image, specs: tuple[FieldSpec, ...]) -> None:
        self.image = image
        self.specs = specs
        self.pattern = _pattern(str(image.name))
        self.used = False

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        for resource in objects:
            if resource.kind != "CustomResourceDefinition":
                self._walk(resource.tree)
        for resource in objects:
            if resource.kind != "CustomResourceDefinition":
                for spec in self.specs:
                    change(resource.tree, spec, self._set)

    def _walk(self, node: Node) -> None:
        """Every list of containers, wherever it stands."""
        if not _may_hold_containers(node):
            return
        for name, value in node.fields.items():
            if value.kind != SCALAR:
                self._walk(value)
                if name in _LISTS and value.kind == SEQUENCE:
                    for item in value.items:
                        self._set_of(item)
        for item in node.items:
            if item.kind != SCALAR:
                self._walk(item)

    def _set_of(self, item: Node) -> None:
        if is_null(item):
            return
        found = field(item, "image")
        if found is not None:
            self._set(found)

    def _set(self, node: Node) -> None:
        require(node, SCALAR)
        if self.pattern is None or not self.pattern.matches(str(node.value)):
            return
        self.used = True
        image = self.image
        name, tag, digest = split_image(node.value)
        inputs = [image.new_name or "", node.value]
        name = image.new_name or name
        if image.new_tag and image.digest:
            tag, digest = image.new_tag, image.digest
        elif image.new_tag:
            tag, digest = image.new_tag, ""
        elif image.digest:
            tag, digest = "", image.digest
        elif image.tag_suffix:
            tag, digest = tag + image.tag_suffix, ""
        inputs += [image.new_tag, image.digest, image.tag_suffix]
        text = name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
        origins = [origin for part in inputs for origin in origins_in(part)]
        set_scalar(node, bare_node(text, (*origins, *node.origins)))


def split_image(image: str) -> tuple[str, str, str]:
    """(name, tag, digest) of an image."""
    slash = image.find("/")
    start = slash if slash > 0 else 0
    colon, at = image.find(":", start), image.find("@", start)
    if colon < 0 and at < 0:
        return image, "", ""
    if at >= 0 and (at < colon or colon < 0):
        return image[:at], "", image[at + 1 :]
    if at >= 0:
        return image[:colon], image[colon + 1 : at], image[at + 1 :]
    return image[:colon], image[colon + 1 :], ""


def _pattern(name: str) -> Regexp | None:
    """Images of one name; a name that is no pattern has none."""
    try:
        return unanchored(f"^{name}{_BEHIND}")
    except BuildFault:
        return None


def _may_hold_containers(node: Node) -> bool:
    """Whether a list of containers may stand below: what nobody looked at is asked by its text."""
    if not node.untouched or node.parsed is None or node.source is None:
        return True
    text = node.parsed.text
    start, end = node.source.start, node.source.end
    return text.find("ontainers", start, end) >= 0 or text.find("*", start, end) >= 0
