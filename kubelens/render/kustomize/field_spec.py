"""Which fields of which types a transformer changes, and the walk to them (api ``types.FieldSpec``, ``filters/fieldspec``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import lookup
from kubelens.render.kustomize.identity import Gvk, parse_api_version
from kubelens.render.kustomize.node import MAPPING, SEQUENCE, Node
from kubelens.render.kustomize.resolution import NULL


class FieldSpec(NamedTuple):
    """A path of field names below objects of one type; lists on the way are gone through."""

    gvk: Gvk
    path: str
    create: bool = False


SetValue = Callable[[Node], None]


def merged(specs: tuple[FieldSpec, ...], more: Iterable[FieldSpec]) -> tuple[FieldSpec, ...]:
    """``FsSlice.MergeAll``."""
    found = list(specs)
    by_path: dict[str, list[FieldSpec]] = {}
    for spec in found:
        by_path.setdefault(spec.path, []).append(spec)
    for spec in more:
        known = by_path.setdefault(spec.path, [])
        same = next((one for one in known if one.gvk.is_selected(spec.gvk)), None)
        if same is None:
            found.append(spec)
            known.append(spec)
        elif same.create != spec.create:
            raise BuildFault("conflicting fieldspecs")
    return tuple(found)


def split_path(path: str, delimiter: str = "/") -> list[str]:
    r"""The parts of a path; a delimiter behind ``\`` belongs to its part (``PathSplitter``)."""
    parts = path.split(delimiter)
    if len(parts) > 1 and parts[0] == "":
        parts = parts[1:]
    found = parts[:1]
    for part in parts[1:]:
        if found[-1].endswith("\\"):
            found[-1] = found[-1].removesuffix("\\") + delimiter + part
        else:
            found.append(part)
    return found


def split_smartly(path: str) -> list[str]:
    """The parts of a path with dots; what stands in brackets stays together (``SmarterPathSplitter``)."""
    found: list[str] = []
    parts = iter(split_path(path, "."))
    for part in parts:
        if not part.startswith("[") or part.endswith("]"):
            found.append(part)
            continue
        inside = [part]
        for more in parts:
            inside.append(more)
            if more.endswith("]"):
                break
        whole = ".".join(inside)
        found.append(whole if "=" in whole else whole.strip("[]"))
    return found


def applies(spec: FieldSpec, node: Node) -> bool:
    """Whether an object is of the type that a spec is about."""
    gvk = spec.gvk
    if gvk.kind and gvk.kind != _value(node, "kind"):
        return False
    if not gvk.group and not gvk.version:
        return True
    group, version = parse_api_version(_value(node, "apiVersion"))
    return (not gvk.group or gvk.group == group) and (not gvk.version or gvk.version == version)


def change(node: Node, spec: FieldSpec, set_value: SetValue, create_kind: int = 0, create_tag: str = "") -> None:
    """Call ``set_value`` on each node that a spec leads to; make the way there if the spec says so.

    Raises:
        BuildFault: the way leads through a scalar.
    """
    if not applies(spec, node):
        return
    path = split_path(spec.path)
    try:
        _walk(node, path, 0, spec.create and create_kind != 0, set_value, create_kind, create_tag)
    except BuildFault as fault:
        raise fault.within(f"considering field '{spec.path}' of object {_id_text(node)}") from None


def _walk(
    node: Node, path: list[str], at: int, create: bool, set_value: SetValue, create_kind: int, create_tag: str
) -> None:
    if at == len(path):
        set_value(node)
        return
    if node.kind == MAPPING:
        _walk_field(node, path, at, create, set_value, create_kind, create_tag)
    elif node.kind == SEQUENCE:
        try:
            for item in node.items:
                _walk(item, path, at, create, set_value, create_kind, create_tag)
        except BuildFault as fault:
            raise fault.within(f"visit traversal on path: [{' '.join(path[at:])}]") from None
    elif node.tag != NULL:
        raise BuildFault("expected sequence or mapping node")


def _walk_field(
    node: Node, path: list[str], at: int, create: bool, set_value: SetValue, create_kind: int, create_tag: str
) -> None:
    name = path[at].removesuffix("[]")
    if not name:
        raise BuildFault("cannot set or create an empty field name")
    is_list = name != path[at]
    kind, tag = 0, ""
    if not create or is_list:
        kind = SEQUENCE if is_list else 0
        found = _get(node, name)
    elif at + 1 == len(path):
        kind, tag = create_kind, create_tag
        found = lookup(node, (name,), kind)
    else:
        kind, tag = MAPPING, "!!map"
        found = lookup(node, (name,), kind)
    if found is None:
        return
    if kind and found.tag == NULL:
        found.kind, found.tag = kind, tag
        if kind == MAPPING:
            found.fields = {}
        elif kind == SEQUENCE:
            found.items = []
    _walk(found, path, at + 1, create, set_value, create_kind, create_tag)


def _get(node: Node, name: str) -> Node | None:
    """``Lookup`` of one part, which may be a position."""
    if name[0] in "[-0123456789+*" or name != name.strip():
        return lookup(node, (name,))
    return node.fields.get(name)


def _value(node: Node, name: str) -> str:
    found = node.fields.get(name)
    return "" if found is None else found.value


def _id_text(node: Node) -> str:
    group, version = parse_api_version(_value(node, "apiVersion"))
    meta = node.fields.get("metadata")
    fields = {} if meta is None else meta.fields
    name, namespace = (fields[key].value if key in fields else "" for key in ("name", "namespace"))
    return f"{Gvk(group, version, _value(node, 'kind'))}/{name or '[noName]'}.{namespace or '[noNs]'}"
