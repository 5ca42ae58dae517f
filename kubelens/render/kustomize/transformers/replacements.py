"""Values copied from one field into others (``ReplacementTransformer``, ``filters/replacement``)."""

from __future__ import annotations

from kubelens.render.go.strconv import quote
from kubelens.render.kustomize.decoding import decode
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import split_smartly
from kubelens.render.kustomize.fields import lookup
from kubelens.render.kustomize.identity import Gvk
from kubelens.render.kustomize.loading import Loader
from kubelens.render.kustomize.node import SCALAR, Node, bare_node, is_empty
from kubelens.render.kustomize.path_matching import matching
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.selecting import check_patterns, is_source, matches_labels, selects_id
from kubelens.render.kustomize.settings import FieldOptions, Replacement, Selector, SourceSelector, TargetSelector
from kubelens.render.kustomize.structured_text import set_in_structured_text
from kubelens.render.origin import Origin, Text, joined, origins_in
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml

_DEFAULT_PATH = "metadata.name"


class Replacements:
    """All entries of ``replacements``."""

    def __init__(self, replacements: list[Replacement], loader: Loader) -> None:
        self.replacements: list[Replacement] = []
        self.idle: list[TargetSelector] = []
        """The targets that selected nothing when it ran."""
        for one in replacements:
            if one.path and (one.source is not None or one.targets):
                raise BuildFault("cannot specify both path and inline replacement", one.origins.get(""))
            self.replacements.extend(_from_file(one.path, loader) if one.path else (one,))

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        for one in self.replacements:
            place = one.origins.get("")
            try:
                if (one.source_value is None and one.source is None) or one.targets is None:
                    raise BuildFault("replacements must specify a source and at least one target")
                value = _value(one, objects)
                idle = [target for target in one.targets if not _apply(value, target, objects)]
                some = len(idle) < len(one.targets)
                self.idle += [target for target in idle if not (some and _is_of_a_kind(target))]
            except BuildFault as fault:
                fault.origin = fault.origin or place
                raise
        objects.drop_empty()


def _is_of_a_kind(target: TargetSelector) -> bool:
    """Whether a target is all objects of a kind: beside others it is for what there may be, as in kubebuilder's scaffold."""
    return target.select is not None and not target.select.name


def _from_file(path: str, loader: Loader) -> list[Replacement]:
    try:
        text = loader.load(path)
        value = read_yaml(text)
        if isinstance(value, list):
            return [decode(Replacement, item, strict=False) for item in value]
        if isinstance(value, dict):
            return [decode(Replacement, value, strict=False)]
    except YamlFault as fault:
        raise BuildFault(str(fault)).at(path) from None
    except BuildFault as fault:
        raise fault.at(path) from None
    kind = "invalid" if value is None else "string" if isinstance(value, str) else "float64"
    raise BuildFault(f"unsupported replacement type encountered within replacement path: {kind}").at(path)


def _value(one: Replacement, objects: ResourceList) -> Node:
    source = one.source
    if source is None:
        return bare_node(one.source_value or "", origins_in(one.source_value) or None)
    if one.source_value is not None:
        raise BuildFault("value and resource selectors are mutually exclusive")
    try:
        found = _source(source, objects)
        path = source.field_path or _DEFAULT_PATH
        try:
            node = lookup(found.node, split_smartly(str(path)))
        except BuildFault as fault:
            raise fault.within("error looking up replacement source") from None
        if is_empty(node):
            shown = _source_text(source)
            raise BuildFault(f"fieldPath `{path}` is missing for replacement source {shown}").at(source.field_path)
        assert node is not None
        return _refined(node, source.options)
    except BuildFault as fault:
        fault.origin = fault.origin or source.origins.get("field_path") or source.origins.get("")
        raise


def _source(source: SourceSelector, objects: ResourceList) -> Resource:
    found: Resource | None = None
    shown = (
        _source_text(source) + (f":{source.field_path}" if source.field_path else "") + _options_text(source.options)
    )
    for resource in objects:
        if any(is_source(source, one) for one in resource.ids):
            if found is not None:
                raise BuildFault(f"multiple matches for selector {shown}")
            found = resource
    if found is None:
        raise BuildFault(f"nothing selected by {shown}")
    return found


def _source_text(source: SourceSelector) -> str:
    gvk = Gvk(str(source.group), str(source.version), str(source.kind))
    return f"{gvk}/{source.name or '[noName]'}.{source.namespace or '[noNs]'}"


def _options_text(options: FieldOptions | None) -> str:
    if options is None or (not options.delimiter and not options.create):
        return ""
    return f":{options.delimiter}({options.index}), create={'true' if options.create else 'false'}"


def _refined(node: Node, options: FieldOptions | None) -> Node:
    if options is None or not options.delimiter:
        return node
    if node.kind != SCALAR:
        raise BuildFault("delimiter option can only be used with scalar nodes")
    parts = _split(node.value, options.delimiter)
    if not 0 <= options.index < len(parts):
        raise BuildFault(
            f"options.index {options.index} is out of bounds for value {node.value}", options.origins.get("index")
        )
    made = node.copy()
    made.written = made.origins or None
    made.value = parts[options.index]
    return made


def _split(text: str, delimiter: str) -> list[str]:
    return str(text).split(str(delimiter))


def _apply(value: Node, target: TargetSelector, objects: ResourceList) -> bool:
    """Copy a value into all that a target selects; whether that is anything."""
    applied = False
    if target.select is None:
        raise BuildFault("target must specify resources to select", target.origins.get(""))
    rejects = target.reject or []
    for selector in (target.select, *rejects):
        try:
            check_patterns(selector)
        except BuildFault as fault:
            raise fault.within("error creating target selector") from None
    paths = target.field_paths or [_DEFAULT_PATH]
    for resource in objects:
        if not matches_labels(target.select, resource) or any(_rejects_labels(one, resource) for one in rejects):
            continue
        ids = [resource.current_id, *resource.previous_ids]
        if any(_tells_id(one) and any(selects_id(one, i) for i in ids) for one in rejects):
            continue
        if any(selects_id(target.select, one) for one in ids):
            applied = True
            for path in paths:
                try:
                    _copy(value, resource.tree, path, target.options)
                except BuildFault as fault:
                    fault.origin = fault.origin or target.origins.get("field_paths")
                    raise fault.at(path) from None
    return applied


def _rejects_labels(selector: Selector, resource: Resource) -> bool:
    if not selector.annotation_selector and not selector.label_selector:
        return False
    return matches_labels(selector, resource)


def _tells_id(selector: Selector) -> bool:
    return bool(selector.group or selector.version or selector.kind or selector.name or selector.namespace)


def _copy(value: Node, node: Node, path: str, options: FieldOptions | None) -> None:
    create = value.kind if options is not None and options.create else 0
    parts = split_smartly(str(path))
    if set_in_structured_text(node, parts, create, lambda found: _set(found, value, options)):
        return
    words = f"unable to find {'or create ' if create else ''}field {quote(str(path))} in replacement target"
    try:
        found = matching(node, parts, create)
    except BuildFault as fault:
        raise fault.within(words).at(path) from None
    if not found:
        raise BuildFault(words).at(path)
    for one in found:
        _set(one, value, options)


def _set(target: Node, value: Node, options: FieldOptions | None) -> None:
    made = value.copy()
    origins: tuple[Origin, ...] | None = value.origins or None
    if options is not None and options.delimiter:
        if target.kind != SCALAR:
            raise BuildFault("delimiter option can only be used with scalar nodes")
        parts = _pieces(target, options.delimiter)
        new = Text.of(str(value.value), *value.origins)
        if options.index < 0:
            parts.insert(0, new)
        elif options.index >= len(parts):
            parts.append(new)
        else:
            parts[options.index] = new
        made.value = joined(parts, str(options.delimiter))
        origins = (*value.origins, *target.origins)
    if target.kind == SCALAR:
        if target.tag_is_implied:
            target.tag = target.tag
        target.value = made.value
        target.written = origins
    else:
        made.written = made.written if made.kind != SCALAR else origins
        target.take(made)


def _pieces(node: Node, delimiter: str) -> list[Text]:
    return [Text.of(part, *node.origins) for part in _split(node.value, delimiter)]
