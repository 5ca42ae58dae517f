"""One Kubernetes object as a manifest gives it: what it is called, its value, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube.definitions import Definition, Definitions
from kubelens.kube.identity import GroupVersionKind, ResourceKey, read_gvk
from kubelens.kube.reading import Reading, read_value
from kubelens.kube.schema import known_groups
from kubelens.kube.scope import CLUSTER_SCOPED
from kubelens.kube.selector import read_labels
from kubelens.syntax.place import Place
from kubelens.syntax.tree import Document, Scalar, resolve
from kubelens.syntax.tree import Mapping as MappingNode

T = TypeVar("T")
DEFAULT_NAMESPACE: Final = "default"
NONE: Final = Definitions()


class Resource(Struct, frozen=True, eq=False, weakref=True, dict=True):
    """An object of a bundle. ``value`` is what Kubernetes reads; it is never changed.

    ``partial`` marks objects that are not judged as whole ones: kustomize patches, and objects of which
    something could not be read. ``namespace`` in the key is as written; see ``Bundle`` for defaults.
    ``transformed``: a kustomization lists it, and what is applied is built from it.
    ``definition`` is what declares a custom resource, where the manifests (or the Gateway API) say.
    ``standing``: the object that a cluster holds in this place already, where what it holds is given.
    ``edit_refused``: of one that a cluster holds, why it stays as it is though the manifests bring another.
    """

    key: ResourceKey
    value: Mapping[str, Any]
    place: Place
    reading: Reading = field(default_factory=Reading)
    partial: bool = False
    definition: Definition | None = None
    transformed: bool = False
    standing: Resource | None = None
    edit_refused: str = ""

    @cached_property
    def _views(self) -> dict[Any, Any]:
        return {}

    def view(self, read: Callable[[Resource], T]) -> T:
        """What a reader makes of the object, read once; it goes when the object goes."""
        views = self._views
        if read not in views:
            views[read] = read(self)
        seen: T = views[read]
        return seen

    @property
    def gvk(self) -> GroupVersionKind:
        """Group, version and kind."""
        return self.key.gvk

    @property
    def kind(self) -> str:
        """The kind alone."""
        return self.key.gvk.kind

    @property
    def name(self) -> str:
        """``metadata.name``, ``""`` where it is generated or missing."""
        return self.key.name

    @property
    def namespace(self) -> str:
        """The namespace it lands in; ``""`` for cluster-scoped kinds."""
        return self.key.namespace

    @property
    def metadata(self) -> Mapping[str, Any]:
        """``metadata``, empty where it is missing or no map."""
        metadata = self.value.get("metadata")
        return metadata if type(metadata) is dict or isinstance(metadata, dict) else {}

    @property
    def spec(self) -> Mapping[str, Any]:
        """``spec``, empty where it is missing or no map."""
        spec = self.value.get("spec")
        return spec if type(spec) is dict or isinstance(spec, dict) else {}

    @property
    def labels(self) -> dict[str, str]:
        """``metadata.labels``."""
        return read_labels(self.metadata.get("labels"))

    @property
    def annotations(self) -> dict[str, str]:
        """``metadata.annotations``."""
        return read_labels(self.metadata.get("annotations"))

    def __repr__(self) -> str:
        return f"Resource({self.key})"


class Header(Struct, frozen=True):
    """What a document says it is, read without decoding it: ``api_version``/``kind`` as written or None."""

    api_version: str | None
    kind: str | None
    has_metadata: bool

    @property
    def is_kubernetes(self) -> bool:
        """Whether the document is meant for Kubernetes: both header fields, or one and metadata."""
        if self.api_version and self.kind:
            return True
        return self.has_metadata and bool(self.api_version or self.kind)


def read_header(document: Document) -> Header | None:
    """The header of a document whose root is a map, else None."""
    root = resolve(document.root)
    if not isinstance(root, MappingNode):
        return None
    api_version: str | None = None
    kind: str | None = None
    has_metadata = False
    for key, value in root.entries:
        if not isinstance(key, Scalar):
            continue
        if key.text == "apiVersion":
            api_version = node.text if isinstance(node := resolve(value), Scalar) else None
        elif key.text == "kind":
            kind = node.text if isinstance(node := resolve(value), Scalar) else None
        elif key.text == "metadata":
            has_metadata = isinstance(resolve(value), MappingNode)
    return Header(api_version, kind, has_metadata)


def read_resources(
    document: Document,
    *,
    partial: bool = False,
    namespace: str = DEFAULT_NAMESPACE,
    definitions: Definitions | None = None,
) -> list[Resource]:
    """The objects of a document alone; see :func:`read_document`."""
    return read_document(document, partial=partial, namespace=namespace, definitions=definitions)[0]


def read_document(
    document: Document,
    *,
    partial: bool = False,
    transformed: bool = False,
    namespace: str = DEFAULT_NAMESPACE,
    definitions: Definitions | None = None,
    reading: Reading | None = None,
) -> tuple[list[Resource], Reading]:
    """The objects of a document: itself, or the items of a ``List`` (or ``PodList`` ...), and how it was read.

    ``namespace`` is where namespaced objects without one land; ``definitions`` say what custom resources look like
    and which have no namespace. ``reading``: the document's value, where it is known already.
    """
    if reading is None:
        header = read_header(document)
        if header is None or not header.is_kubernetes:
            return [], Reading()
        reading = read_value(document.root)
    if not isinstance(reading.value, dict):
        return [], reading
    root = Place(document.source.uri, document.index)
    found = list(_objects(reading.value, root, reading, partial, namespace, definitions or NONE))
    return [replace(r, transformed=True) for r in found] if transformed else found, reading


def _objects(
    value: Mapping[str, Any],
    place: Place,
    reading: Reading,
    partial: bool,
    namespace: str,
    definitions: Definitions,
) -> Iterator[Resource]:
    kind = value.get("kind")
    items = value.get("items")
    if isinstance(kind, str) and kind.endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            if isinstance(item, dict):
                inner = dict(item)
                if kind != "List":
                    inner.setdefault("apiVersion", value.get("apiVersion"))
                    inner.setdefault("kind", kind.removesuffix("List"))
                yield from _objects(inner, place.at("items", index), reading, partial, namespace, definitions)
        return
    gvk = read_gvk(value.get("apiVersion"), kind)
    if gvk is None:
        text_kind = kind if isinstance(kind, str) else ""
        version = value.get("apiVersion")
        gvk = GroupVersionKind("", version if isinstance(version, str) else "", text_kind)
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    name = metadata.get("name")
    scope = (gvk.group, gvk.kind)
    written = metadata.get("namespace")
    if scope in CLUSTER_SCOPED or scope in definitions.cluster_scoped:
        landed = ""
    else:
        landed = written if isinstance(written, str) and written else namespace
    key = ResourceKey(gvk, landed, name if isinstance(name, str) else "")
    definition = definitions.of(*scope, gvk.version) if gvk.group not in known_groups() else None
    yield Resource(key, value, place, reading, partial or bool(reading.problems), definition)
