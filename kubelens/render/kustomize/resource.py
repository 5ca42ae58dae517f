"""One object under way: its tree, and what kustomize remembers of it (api ``resource.Resource``).

kustomize keeps what it remembers in annotations that it takes away at the end; here it stands beside the tree.
"""

from __future__ import annotations

from functools import lru_cache

from kubelens.render.kustomize.fields import lookup, peek, set_field
from kubelens.render.kustomize.identity import Gvk, ResId, parse_api_version
from kubelens.render.kustomize.node import MAPPING, Node, bare_node, is_empty, text_node
from kubelens.render.kustomize.patch_schema import PatchSchema, is_cluster_scoped
from kubelens.render.kustomize.printing import object_text
from kubelens.render.kustomize.track import Track
from kubelens.render.kustomize.values import json_text, value_of
from kubelens.render.origin import Origin

ANNOTATION_DOMAIN = "internal.config.kubernetes.io"
ORIGIN_ANNOTATION = "config.kubernetes.io/origin"
TRANSFORMATIONS_ANNOTATION = "alpha.config.kubernetes.io/transformations"


class World:
    """What holds for all objects of a build: the schema that merges go by."""

    __slots__ = ("_schema", "_scopes", "is_set")

    def __init__(self, schema: PatchSchema) -> None:
        self._schema = schema
        self._scopes: dict[tuple[str, str], bool] = {}
        self.is_set = False

    @property
    def schema(self) -> PatchSchema:
        """The schema in force."""
        return self._schema

    def use(self, schema: PatchSchema) -> None:
        """Go by another schema from now on."""
        self._schema = schema
        self._scopes.clear()
        self.is_set = True

    def is_cluster_scoped(self, api_version: str, kind: str) -> bool:
        """Whether a type is known to stand in no namespace."""
        key = (api_version, kind)
        found = self._scopes.get(key)
        if found is None:
            found = self._scopes[key] = is_cluster_scoped(self._schema, api_version, kind)
        return found


class Resource:
    """An object. ``node`` is None where a patch deleted it.

    ``previous``: (namespace, name, kind) it had before, the oldest first. ``behavior``: of a generated object.
    """

    __slots__ = (
        "allow_kind_change",
        "allow_name_change",
        "behavior",
        "from_chart",
        "needs_hash",
        "node",
        "prefixes",
        "previous",
        "suffixes",
        "tracked",
        "transformations",
        "variables",
        "world",
    )

    def __init__(self, node: Node, world: World) -> None:
        self.node: Node | None = node
        self.world = world
        self.previous: list[tuple[str, str, str]] = []
        self.prefixes: list[str] = []
        self.suffixes: list[str] = []
        self.behavior = "unspecified"
        self.needs_hash = False
        self.allow_name_change = False
        self.allow_kind_change = False
        self.variables: list[str] = []
        self.tracked: Track | None = None
        self.transformations: list[Track] = []
        self.from_chart = False

    @property
    def tree(self) -> Node:
        """The node of an object that is there."""
        assert self.node is not None
        return self.node

    @property
    def kind(self) -> str:
        """``kind``, "" where there is none."""
        return _value(peek(self.node, "kind"))

    @property
    def api_version(self) -> str:
        """``apiVersion``, "" where there is none."""
        return _value(peek(self.node, "apiVersion"))

    @property
    def name(self) -> str:
        """``metadata.name``, "" where there is none."""
        return _unless_empty(peek(self.node, "metadata", "name"))

    @property
    def namespace(self) -> str:
        """``metadata.namespace``, "" where there is none."""
        return _unless_empty(peek(self.node, "metadata", "namespace"))

    @property
    def gvk(self) -> Gvk:
        """Its type."""
        return _gvk(self.api_version, self.kind)

    @property
    def current_id(self) -> ResId:
        """What it is now."""
        gvk, metadata = self.gvk, peek(self.node, "metadata")
        name, namespace = _unless_empty(peek(metadata, "name")), _unless_empty(peek(metadata, "namespace"))
        return ResId(gvk, name, namespace, self.world.is_cluster_scoped(gvk.api_version, gvk.kind))

    @property
    def previous_ids(self) -> list[ResId]:
        """What it was, the oldest first."""
        if not self.previous:
            return []
        gvk = self.gvk
        return [ResId(gvk._replace(kind=kind), name, namespace) for namespace, name, kind in self.previous]

    @property
    def original_id(self) -> ResId:
        """What it was when it was read."""
        if not self.previous:
            return self.current_id
        namespace, name, kind = self.previous[0]
        return ResId(self.gvk._replace(kind=kind), name, namespace)

    @property
    def ids(self) -> list[ResId]:
        """What it was and what it is."""
        return [*self.previous_ids, self.current_id]

    def remember_id(self) -> None:
        """Note what it is now, before that changes (``StorePreviousId``)."""
        now = self.current_id
        self.previous.append((now.effective_namespace, str(now.name), now.gvk.kind))

    @property
    def is_gone(self) -> bool:
        """Whether nothing is left of it."""
        return is_empty(self.node)

    def copy(self) -> Resource:
        """Another one with a tree of its own."""
        made = Resource(self.tree.copy(), self.world)
        made.previous = list(self.previous)
        made.prefixes, made.suffixes = list(self.prefixes), list(self.suffixes)
        made.behavior, made.needs_hash = self.behavior, self.needs_hash
        made.allow_name_change, made.allow_kind_change = self.allow_name_change, self.allow_kind_change
        made.variables = list(self.variables)
        made.tracked, made.transformations = self.tracked, list(self.transformations)
        made.from_chart = self.from_chart
        return made

    def labels(self) -> dict[str, Node]:
        """``metadata.labels``."""
        return self._meta_map("labels")

    def annotations(self) -> dict[str, Node]:
        """``metadata.annotations``."""
        return self._meta_map("annotations")

    def _meta_map(self, name: str) -> dict[str, Node]:
        found = peek(self.node, "metadata", name)
        return {} if found is None else dict(found.fields)

    def set_meta_map(self, name: str, entries: dict[str, Node]) -> None:
        """Write labels or annotations anew, each value a string (``setMapInMetadata``); nothing clears the field."""
        meta = lookup(self.node, ("metadata",), MAPPING)
        if meta is None:
            return
        set_field(meta, name, None)
        if not entries:
            return
        made = Node(MAPPING)
        for key in sorted(entries):
            value = entries[key]
            fresh = text_node(value.value, value.origins or None)
            fresh.key, fresh.parsed = value.key, value.parsed
            set_field(made, key, fresh)
        meta.fields[name] = made

    def set_name(self, name: str, written: tuple[Origin, ...] | None = None) -> None:
        """``SetName``: the name is whatever its text looks like."""
        self._set_meta("name", bare_node(name, written))

    def set_namespace(self, namespace: str, written: tuple[Origin, ...] | None = None) -> None:
        """``SetNamespace``: "" clears it."""
        if namespace:
            self._set_meta("namespace", bare_node(namespace, written))
        elif (meta := peek(self.node, "metadata")) is not None and meta.kind == MAPPING:
            set_field(meta, "namespace", None)

    def set_kind(self, kind: str, written: tuple[Origin, ...] | None = None) -> None:
        """``SetKind``."""
        _set_unless_same(self.tree, "kind", kind, written)

    def set_api_version(self, api_version: str, written: tuple[Origin, ...] | None = None) -> None:
        """``SetApiVersion``."""
        _set_unless_same(self.tree, "apiVersion", api_version, written)

    def _set_meta(self, name: str, value: Node) -> None:
        meta = lookup(self.node, ("metadata",), MAPPING)
        if meta is not None:
            known = meta.fields.get(name)
            if value.written is None and known is not None and known.value == value.value:
                value.written = known.origins or None
                value.key, value.parsed = known.key, known.parsed
            set_field(meta, name, value)

    def build_annotations(self) -> dict[str, str]:
        """What kustomize would have written down in annotations by now."""
        found: dict[str, str] = {}
        if self.previous:
            found["previousKinds"] = ",".join(kind for _, _, kind in self.previous)
            found["previousNames"] = ",".join(name for _, name, _ in self.previous)
            found["previousNamespaces"] = ",".join(namespace for namespace, _, _ in self.previous)
        if self.prefixes:
            found["prefixes"] = ",".join(self.prefixes)
        if self.suffixes:
            found["suffixes"] = ",".join(self.suffixes)
        if self.behavior != "unspecified":
            found["generatorBehavior"] = self.behavior
        if self.needs_hash:
            found["needsHashSuffix"] = "enabled"
        return {f"{ANNOTATION_DOMAIN}/{name}": text for name, text in found.items()}

    def as_json(self) -> str:
        """Its JSON, with what kustomize wrote into annotations."""
        value = value_of(self.tree, top=True)
        more = self.build_annotations()
        if more and isinstance(value, dict):
            meta = value.setdefault("metadata", {})
            meta["annotations"] = {**(meta.get("annotations") or {}), **more}
        return json_text(value)

    def as_yaml(self) -> str:
        """Its YAML, with what kustomize wrote into annotations."""
        made = self.copy()
        annotations = {**self.annotations(), **{k: text_node(v) for k, v in self.build_annotations().items()}}
        made.set_meta_map("annotations", annotations)
        return object_text(made.tree)

    def __repr__(self) -> str:
        return f"Resource({self.current_id})"


def _set_unless_same(node: Node, name: str, value: str, written: tuple[Origin, ...] | None) -> None:
    known = node.fields.get(name)
    if known is not None and known.value == value and not known.style and known.kind == 8:
        return
    set_field(node, name, bare_node(value, written if written else known.origins if known is not None else None))


@lru_cache(maxsize=4096)
def _gvk(api_version: str, kind: str) -> Gvk:
    """A type as plain words: transformers ask for those of the same objects many times."""
    group, version = parse_api_version(api_version)
    return Gvk(str(group), str(version), str(kind))


def _value(node: Node | None) -> str:
    return "" if node is None else node.value


def _unless_empty(node: Node | None) -> str:
    return "" if is_empty(node) else node.value  # type: ignore[union-attr]
