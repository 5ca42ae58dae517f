"""A value put into fields, or into a path in them (``ValueAddTransformer``, ``filters/valueadd``)."""

from __future__ import annotations

import posixpath
from typing import ClassVar

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import lookup, require, set_scalar
from kubelens.render.kustomize.node import SCALAR, bare_node
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.settings import Selector, Settings
from kubelens.render.kustomize.transformers.namespace import Namespace
from kubelens.render.origin import origins_in


class ValueTarget(Settings):
    """Where the value goes."""

    go_type: ClassVar[str] = "builtins.Target"
    selector: Selector | None = None
    field_path: str = ""
    file_path_position: int = 0


class ValueAddSettings(Settings):
    """The settings of a ValueAddTransformer."""

    go_type: ClassVar[str] = "builtins.ValueAddTransformerPlugin"
    value: str = ""
    targets: list[ValueTarget] | None = None
    target_file_path: str = ""


class ValueAdd:
    """Sets a value in each target."""

    def __init__(self, value: str, targets: list[ValueTarget]) -> None:
        if not targets:
            raise BuildFault("must specify at least one target")
        for target in targets:
            if not target.field_path:
                raise BuildFault("fieldPath cannot be empty")
            if target.file_path_position < 0:
                raise BuildFault(f"value of FilePathPosition ({target.file_path_position}) cannot be negative")
        self.value = value
        self.targets = targets

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        for target in self.targets:
            for resource in objects if target.selector is None else objects.selected(target.selector):
                if target.field_path == "metadata/namespace":
                    Namespace(self.value, ()).change_object(resource)
                else:
                    self._set(resource, target)

    def _set(self, resource: Resource, target: ValueTarget) -> None:
        node = lookup(resource.node, _parts(str(target.field_path)), SCALAR)
        if node is None:
            return
        require(node, SCALAR)
        value = str(self.value)
        if target.file_path_position > 0:
            value = _inserted(node.value, target.file_path_position - 1, value)
        set_scalar(node, bare_node(value, origins_in(self.value) or None))


def _parts(path: str) -> list[str]:
    found: list[str] = []
    for part in path.split("/"):
        if found and found[-1].endswith("\\"):
            found[-1] = f"{found[-1][:-1]}/{part}"
        else:
            found.append(part)
    return found


def _inserted(path: str, position: int, part: str) -> str:
    """``filesys.InsertPathPart``."""
    absolute = path.startswith("/")
    parts = [name for name in path.split("/") if name]
    if position >= len(parts):
        parts.append(part)
    else:
        parts.insert(max(position, 0), part)
    joined = posixpath.join(*parts)
    return f"/{joined}" if absolute and path != "" else joined
