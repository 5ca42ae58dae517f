"""``$(NAME)`` in the fields where it may stand (``refVarTransformer``, ``filters/refvar``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.render.go.strconv import format_float
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import FieldSpec, change, split_smartly
from kubelens.render.kustomize.fields import lookup
from kubelens.render.kustomize.identity import Gvk, ResId, parse_api_version
from kubelens.render.kustomize.node import MAPPING, SCALAR, SEQUENCE, Node, is_null
from kubelens.render.kustomize.resolution import BOOL, FLOAT, INT, STR, resolve
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.settings import Var
from kubelens.render.origin import Origin
from kubelens.syntax.pattern import pattern

_INDEXED: Final = pattern(r"(.*)\[(\d+)\]")
Value = tuple[Any, tuple[Origin, ...]]


class Variables:
    """The variables of a build by name, each merged in once."""

    def __init__(self) -> None:
        self.known: dict[str, Var] = {}

    def merge(self, more: list[Var]) -> None:
        """Take in variables.

        Raises:
            BuildFault: one of the name is there already.
        """
        for var in more:
            if var.name in self.known:
                raise BuildFault(f"var '{var.name}' already encountered").at(var.name)
            self.known[var.name] = _with_defaults(var)


def _with_defaults(var: Var) -> Var:
    if not var.fieldref.field_path:
        var.fieldref.field_path = "metadata.name"
    if var.objref.api_version:
        parts = str(var.objref.api_version).split("/")
        if len(parts) == 2:
            var.objref.group, var.objref.version = parts
        elif len(parts) == 1:
            var.objref.version = parts[0]
    return var


def shown(var: Var) -> str:
    """A variable as Go prints it."""
    target = var.objref
    gvk = Gvk(str(target.group), str(target.version), str(target.kind))
    parts = [str(gvk)]
    return f"{{{var.name} {' '.join(parts)} {{{var.fieldref.field_path}}}}}"


def mark_sources(variables: list[Var], objects: ResourceList) -> None:
    """Note at each object which variables read it (``MergeVars``)."""
    for var in variables:
        target = var.objref
        group, version = str(target.group), str(target.version)
        if target.api_version:
            group, version = parse_api_version(str(target.api_version))
            group = group or str(target.group)
        gvk = Gvk(group, version, str(target.kind))
        wanted = ResId(gvk, target.name, target.namespace)
        found = objects.by_any_id(
            wanted.equals if target.namespace else lambda one, w=wanted: one.name == w.name and one.gvk == w.gvk  # type: ignore[misc]
        )
        if len(found) > 1:
            raise BuildFault(f"found {len(found)} resId matches for var {shown(var)} (unable to disambiguate)").at(
                var.name
            )
        if found:
            found[0].variables.append(var.name)


class VariableReferences:
    """Puts the values in."""

    def __init__(self, variables: Variables, specs: tuple[FieldSpec, ...], objects: ResourceList) -> None:
        self.specs = specs
        self.values: dict[str, Value] = {
            name: _value(variables.known[name], objects) for name in sorted(variables.known)
        }
        self.used: set[str] = set()

    @property
    def unused(self) -> list[str]:
        """Variables that stand nowhere."""
        return [name for name in self.values if name not in self.used]

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        for resource in objects:
            for spec in self.specs:
                change(resource.tree, spec, self._set)

    def _set(self, node: Node) -> None:
        if is_null(node):
            return
        if node.kind == SCALAR:
            self._replace(node)
        elif node.kind == MAPPING:
            for name, value in node.fields.items():
                if node.odd is not None and name in node.odd:
                    raise BuildFault(f"invalid map key: value='{name}', tag='{resolve(name)[0]}'")
                self._replace(value)
        elif node.kind == SEQUENCE:
            for item in node.items:
                if item.kind != SCALAR or item.tag not in (STR, ""):
                    raise BuildFault("invalid value type expect a string")
                self._replace(item)

    def _replace(self, node: Node) -> None:
        if node.kind != SCALAR or node.tag not in (STR, ""):
            return
        text, origins = self._expanded(node.value)
        if text is node.value:
            node.tag = STR
            node.style = ""
            return
        node.written = (*node.origins, *origins)
        if isinstance(text, bool):
            node.value, node.tag = ("true" if text else "false"), BOOL
        elif isinstance(text, int):
            node.value, node.tag = str(text), INT
        elif isinstance(text, float):
            node.value, node.tag = format_float(text, "f"), FLOAT
        else:
            node.value, node.tag = text, STR
        node.style = ""

    def _expanded(self, text: str) -> tuple[Any, tuple[Origin, ...]]:
        """``DoReplacements``: ``$$`` is ``$``; a variable alone keeps its type."""
        if "$" not in text:
            return text, ()
        out: list[str] = []
        origins: list[Origin] = []
        at = 0
        while (dollar := text.find("$", at)) >= 0 and dollar + 1 < len(text):
            out.append(text[at:dollar])
            following = text[dollar + 1]
            close = text.find(")", dollar + 2) if following == "(" else -1
            if following == "$":
                out.append("$")
                at = dollar + 2
            elif close >= 0:
                name = text[dollar + 2 : close]
                value, places = self._mapped(name)
                origins.extend(places)
                if dollar == 0 and close == len(text) - 1:
                    return value, tuple(origins)
                out.append(_go_text(value))
                at = close + 1
            else:
                out.append("$" + following)
                at = dollar + 2
        result = "".join(out) + text[at:]
        return (text if result == text else result), tuple(origins)

    def _mapped(self, name: str) -> Value:
        found = self.values.get(name)
        if found is None or not isinstance(found[0], str | int | float | bool):
            return f"$({name})", ()
        self.used.add(name)
        return found


def _go_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_float(value) if isinstance(value, float) else str(value)


def _value(var: Var, objects: ResourceList) -> Value:
    for resource in objects:
        if var.name in resource.variables:
            node = _field(resource, var)
            if node is None:
                raise BuildFault(f"field specified in var '{shown(var)}' not found in corresponding resource").at(
                    var.name
                )
            if node.kind != SCALAR:
                return None, node.origins
            return (resolve(node.value)[1] if node.tag in (INT, FLOAT, BOOL) else node.value), node.origins
    raise BuildFault(f"var '{shown(var)}' cannot be mapped to a field in the set of known resources").at(var.name)


def _field(resource: Resource, var: Var) -> Node | None:
    parts: list[str] = []
    for part in split_smartly(str(var.fieldref.field_path)):
        match = _INDEXED.fullmatch(part)
        if match is None:
            parts.append(part)
        else:
            parts.extend(filter(None, match.groups()))
    try:
        return lookup(resource.node, parts)
    except BuildFault:
        return None
