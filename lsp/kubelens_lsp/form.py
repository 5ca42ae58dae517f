"""The form of a field: what it may hold, by the API's types, a definition's schema, or kustomize's own file.

One interface over the ways in which forms are written down, so that completion asks one question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.catalog import cataloged_kinds
from kubelens.kube.definitions import Definition, Definitions, packaged_definitions
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import description, enum, schemas
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.place import Step
from kubelens_lsp.in_words import Schema, as_yaml, shortened, type_name, type_of

_PROSE = 600
_KUSTOMIZE = "kustomize.config.k8s.io"


class Field(Struct, frozen=True):
    """A field that an object may have: its form, its type for people, whether it must be there, its prose."""

    name: str
    form: Form
    type: str
    required: bool
    prose: str


class Form(Protocol):
    """What stands at a place."""

    def below(self, step: Step) -> Form | None:
        """The form of a field, an item, or a value of a map; None where there is none."""

    def fields(self) -> Iterator[Field]:
        """The fields of an object; none for anything else."""

    def values(self) -> tuple[str, ...]:
        """All values there are, as YAML writes them; none where they are not listed."""

    @property
    def shape(self) -> str:
        """``object``, ``list``, ``map`` or ``leaf``."""


class ApiForm(Struct, frozen=True):
    """A form in the notation of the API's types (``kubelens.kube.schema``); ``owner`` and ``name``: the field it is of."""

    release: str
    owner: str
    name: str
    code: str

    def below(self, step: Step) -> Form | None:
        """See :class:`Form`."""
        if self.code[:1] == ("[" if isinstance(step, int) else "{"):
            return ApiForm(self.release, self.owner, self.name, self.code[1:])
        if not self.code.startswith("#") or isinstance(step, int):
            return None
        schema = schemas(self.release).type(self.code[1:])
        code = schema.fields.get(step)
        return ApiForm(self.release, schema.name, step, code) if code is not None else None

    def fields(self) -> Iterator[Field]:
        """See :class:`Form`."""
        if self.code.startswith("#"):
            schema = schemas(self.release).type(self.code[1:])
            for name, code in schema.fields.items():
                form = ApiForm(self.release, schema.name, name, code)
                prose = shortened(description(schema.name, name), _PROSE)
                yield Field(name, form, type_name(code), name in schema.required, prose)

    def values(self) -> tuple[str, ...]:
        """See :class:`Form`."""
        if self.code == "b":
            return "true", "false"
        return enum(self.owner, self.name) if self.shape == "leaf" else ()

    @property
    def shape(self) -> str:
        """See :class:`Form`."""
        return {"#": "object", "[": "list", "{": "map"}.get(self.code[:1], "leaf")


class SchemaForm(Struct, frozen=True):
    """A form in a JSON Schema; ``named``: the definitions that its references lead to."""

    schema: Schema
    named: Schema

    def below(self, step: Step) -> Form | None:
        """See :class:`Form`."""
        if isinstance(step, int):
            return self._form(self.schema.get("items"))
        found = fields.mapping(self.schema, "properties").get(step)
        return self._form(found if found is not None else self.schema.get("additionalProperties"))

    def fields(self) -> Iterator[Field]:
        """See :class:`Form`."""
        required = set(fields.texts(self.schema, "required"))
        for name in fields.mapping(self.schema, "properties"):
            form = self.below(name)
            if isinstance(form, SchemaForm):
                prose = shortened(fields.text(form.schema, "description"), _PROSE)
                yield Field(str(name), form, type_of(form.schema), name in required, prose)

    def values(self) -> tuple[str, ...]:
        """See :class:`Form`."""
        listed = self.schema.get("enum")
        if isinstance(listed, list):
            return tuple(map(as_yaml, listed))
        return ("true", "false") if self.schema.get("type") == "boolean" else ()

    @property
    def shape(self) -> str:
        """See :class:`Form`."""
        kind = self.schema.get("type")
        if kind == "array":
            return "list"
        if kind == "object":
            return "object" if "properties" in self.schema else "map"
        return "leaf"

    def _form(self, schema: Any) -> SchemaForm | None:
        for _ in range(8):
            if not isinstance(schema, Mapping):
                return None
            if isinstance(schema.get("$ref"), str):
                schema = self.named.get(schema["$ref"].rpartition("/")[2])
            elif isinstance(schema.get("anyOf"), list) and "type" not in schema:
                some = [one for one in schema["anyOf"] if isinstance(one, Mapping) and one.get("type") != "null"]
                schema = some[0] if some else {}
            else:
                return SchemaForm(schema, self.named)
        return None


_DEFINITIONS: Final[WeakKeyDictionary[Bundle, Definitions]] = WeakKeyDictionary()
"""What the objects of an analysis declare."""


def form_of(bundle: Bundle, release: str, gvk: GroupVersionKind | None, file: str = "") -> Form | None:
    """The form of the objects of a kind; ``file``: the file's name, which makes a kustomization of an object without kind."""
    if gvk is None:
        return _kustomization() if is_kustomization_name(file) else None
    if gvk.group == _KUSTOMIZE:
        return _kustomization()
    known = schemas(release).kind(gvk)
    if known is not None:
        return ApiForm(release, "", "", f"#{known.name}")
    definitions = _DEFINITIONS.get(bundle)
    if definitions is None:
        own = [Definition(one.value) for one in bundle.all("CustomResourceDefinition") if not one.partial]
        definitions = _DEFINITIONS[bundle] = Definitions(own)
    definition = definitions.of(gvk.group, gvk.kind, gvk.version)
    for _, version in fields.items(definition.spec, "versions") if definition is not None else ():
        if fields.text(version, "name") == gvk.version:
            schema = fields.mapping(fields.mapping(version, "schema"), "openAPIV3Schema")
            return SchemaForm(_with_head(schema), {}) if schema else None
    return None


def kinds_in_reach(bundle: Bundle, release: str, group: str | None) -> Iterator[GroupVersionKind]:
    """The kinds that can be written: the API's, those that definitions declare, those that come packaged; with a group, those that come along of an operator."""
    yield from schemas(release).kinds()
    yield GroupVersionKind(_KUSTOMIZE, "v1beta1", "Kustomization")
    own = (Definition(one.value) for one in bundle.all("CustomResourceDefinition"))
    yield from _declared([*own, *packaged_definitions().values()])
    for kind, versions in cataloged_kinds(group).items() if group else ():
        for version in versions:
            yield GroupVersionKind(group or "", version, kind)


def _declared(definitions: Iterable[Definition]) -> Iterator[GroupVersionKind]:
    for definition in definitions:
        group, kind = definition.slot
        for version in definition.versions if group and kind else ():
            yield GroupVersionKind(group, version, kind)


def _with_head(schema: Schema) -> Schema:
    """A definition's schema with what every object has."""
    head = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    metadata = {"type": "object", "properties": {name: _METADATA[name] for name in _METADATA}}
    return {**schema, "properties": {**head, **fields.mapping(schema, "properties"), "metadata": metadata}}


_TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_METADATA: Mapping[str, Schema] = {
    "name": {"type": "string"},
    "namespace": {"type": "string"},
    "labels": _TEXTS,
    "annotations": _TEXTS,
    "finalizers": {"type": "array", "items": {"type": "string"}},
    "generateName": {"type": "string"},
}


@cache
def _kustomization() -> Form:
    from msgspec.json import schema  # noqa: PLC0415 - few files are kustomizations

    from kubelens.render.kustomize.settings import Kustomization  # noqa: PLC0415 - as above

    whole = schema(Kustomization)
    named = whole["$defs"]
    return SchemaForm(named[whole["$ref"].rpartition("/")[2]], named)
