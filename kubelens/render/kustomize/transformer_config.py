"""Which fields each transformer changes: kustomize's own, those of ``configurations``, and those that ``crds`` tell."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any, ClassVar, Final, NamedTuple

from kubelens.render.kustomize.decoding import decode
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.field_spec import FieldSpec, merged
from kubelens.render.kustomize.identity import DEFAULT_RANKS, Gvk
from kubelens.render.kustomize.loading import Loader
from kubelens.render.kustomize.settings import FieldSpecSettings, Settings
from kubelens.render.kustomize.transformers.name_references import BackReference
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml

Specs = tuple[FieldSpec, ...]


class NameReferenceSettings(Settings):
    """Objects of a type, and the fields that name them."""

    go_type: ClassVar[str] = "builtinconfig.NameBackReferences"
    embedded: ClassVar[dict[str, str]] = dict.fromkeys(("group", "version", "kind"), "Gvk")
    group: str = ""
    version: str = ""
    kind: str = ""
    field_specs: list[FieldSpecSettings] | None = None


class ConfigSettings(Settings):
    """A file of ``configurations``."""

    go_type: ClassVar[str] = "builtinconfig.TransformerConfig"
    name_prefix: list[FieldSpecSettings] | None = None
    name_suffix: list[FieldSpecSettings] | None = None
    namespace: list[FieldSpecSettings] | None = None
    common_labels: list[FieldSpecSettings] | None = None
    labels: list[FieldSpecSettings] | None = None
    template_labels: list[FieldSpecSettings] | None = None
    common_annotations: list[FieldSpecSettings] | None = None
    name_reference: list[NameReferenceSettings] | None = None
    var_reference: list[FieldSpecSettings] | None = None
    images: list[FieldSpecSettings] | None = None
    replicas: list[FieldSpecSettings] | None = None


class TransformerConfig(NamedTuple):
    """The fields, by what changes them."""

    name_prefix: Specs = ()
    name_suffix: Specs = ()
    namespace: Specs = ()
    common_labels: Specs = ()
    labels: Specs = ()
    template_labels: Specs = ()
    common_annotations: Specs = ()
    var_reference: Specs = ()
    images: Specs = ()
    replicas: Specs = ()
    name_reference: tuple[BackReference, ...] = ()

    def merge(self, more: TransformerConfig) -> TransformerConfig:
        """Both together, sorted. What is there already stays, and what says less of the same path does not come in:
        so a path for one kind takes the place of kustomize's own for all.

        Raises:
            BuildFault: they say different things of one field.
        """
        if more is self or not any(more):
            return self
        found = {
            name: _sorted(merged(getattr(self, name), getattr(more, name)))
            for name in self._fields
            if name != "name_reference"
        }
        references = _merged_references(self.name_reference, more.name_reference)
        return TransformerConfig(**found, name_reference=references)


def _merged_references(own: tuple[BackReference, ...], more: tuple[BackReference, ...]) -> tuple[BackReference, ...]:
    found = {reference.gvk: reference for reference in own}
    for reference in more:
        known = found.get(reference.gvk)
        found[reference.gvk] = (
            reference if known is None else known._replace(referrers=merged(known.referrers, reference.referrers))
        )
    return tuple(sorted(found.values(), key=lambda reference: _order(reference.gvk)))


def _sorted(specs: Specs) -> Specs:
    return tuple(sorted(specs, key=lambda spec: _order(spec.gvk)))


@lru_cache(maxsize=1)
def default_config() -> TransformerConfig:
    """What kustomize knows by itself."""
    text = zlib.decompress(files(__package__).joinpath("data", "field_specs.json.z").read_bytes())
    return TransformerConfig().merge(_config(decode(ConfigSettings, json.loads(text))))


def read_config(paths: Iterable[str], loader: Loader) -> TransformerConfig:
    """What files of ``configurations`` add.

    Raises:
        BuildFault: one cannot be read.
    """
    found = TransformerConfig()
    for path in paths:
        try:
            text = loader.load(path)
            try:
                value = read_yaml(text)
            except YamlFault as fault:
                raise BuildFault(str(fault)) from None
            if value is not None:
                try:
                    settings = decode(ConfigSettings, value)
                except BuildFault as fault:
                    raise fault.within("error unmarshaling JSON: while decoding JSON") from None
                found = found.merge(_config(settings))
        except BuildFault as fault:
            raise fault.at(path) from None
    return found


def _config(settings: ConfigSettings) -> TransformerConfig:
    found = {name: _specs(getattr(settings, name)) for name in TransformerConfig._fields if name != "name_reference"}
    references = [
        BackReference(_gvk(one), tuple(map(_spec, one.field_specs or ()))) for one in settings.name_reference or ()
    ]
    references.sort(key=lambda reference: _order(reference.gvk))
    return TransformerConfig(**found, name_reference=tuple(references))


def _specs(settings: list[FieldSpecSettings] | None) -> Specs:
    return _sorted(tuple(map(_spec, settings or ())))


def _spec(settings: FieldSpecSettings) -> FieldSpec:
    return FieldSpec(_gvk(settings), str(settings.path), settings.create)


def field_specs(settings: list[FieldSpecSettings] | None) -> Specs:
    """Fields as a plugin's settings list them."""
    return tuple(map(_spec, settings or ()))


def _gvk(settings: Any) -> Gvk:
    return Gvk(str(settings.group), str(settings.version), str(settings.kind))


def _order(gvk: Gvk) -> tuple[int, str]:
    return DEFAULT_RANKS.get(gvk.kind, 0), gvk.sorting_text


_ANNOTATION: Final = "x-kubernetes-annotation"
_LABEL_SELECTOR: Final = "x-kubernetes-label-selector"
_IDENTITY: Final = "x-kubernetes-identity"
_VERSION: Final = "x-kubernetes-object-ref-api-version"
_KIND: Final = "x-kubernetes-object-ref-kind"
_NAME_KEY: Final = "x-kubernetes-object-ref-name-key"


def read_crds(paths: Iterable[str], loader: Loader) -> TransformerConfig:
    """What the OpenAPI definitions in files of ``crds`` tell (api ``LoadConfigFromCRDs``)."""
    found = TransformerConfig()
    for path in paths:
        try:
            text = loader.load(path)
            try:
                value = read_yaml(text)
            except YamlFault as fault:
                raise BuildFault(f"unable to parse open API definition from '{path}': {fault}") from None
        except BuildFault as fault:
            raise fault.at(path) from None
        definitions = value if isinstance(value, dict) else {}
        for name in sorted(definitions):
            properties = _properties(definitions, name)
            if {"kind", "apiVersion", "metadata"} <= set(properties):
                gvk = Gvk(kind=name.rpartition(".")[2])
                found = found.merge(_from_definition(definitions, name, gvk, (), frozenset()))
    return found


def _properties(definitions: dict[str, Any], name: str) -> dict[str, Any]:
    schema = _dict(_dict(definitions.get(name)).get("Schema")) or _dict(_dict(definitions.get(name)).get("schema"))
    return _dict(schema.get("properties"))


def _from_definition(
    definitions: dict[str, Any], name: str, gvk: Gvk, path: tuple[str, ...], seen: frozenset[str]
) -> TransformerConfig:
    found = TransformerConfig()
    if name in seen:
        return found
    for field, schema in sorted(_properties(definitions, name).items()):
        schema = _dict(schema)
        spec = FieldSpec(gvk, "/".join((*path, field)))
        if isinstance(schema.get(_ANNOTATION), str):
            found = found.merge(TransformerConfig(common_annotations=(spec,)))
        if isinstance(schema.get(_LABEL_SELECTOR), str):
            found = found.merge(TransformerConfig(common_labels=(spec,)))
        if isinstance(schema.get(_IDENTITY), str):
            found = found.merge(TransformerConfig(name_prefix=(spec,)))
        version, kind = schema.get(_VERSION), schema.get(_KIND)
        if isinstance(version, str) and isinstance(kind, str):
            key = schema.get(_NAME_KEY)
            below = "/".join((*path, field, str(key) if isinstance(key, str) else "name"))
            reference = BackReference(Gvk(kind=str(kind), version=str(version)), (FieldSpec(gvk, below),))
            found = found.merge(TransformerConfig(name_reference=(reference,)))
        target = schema.get("$ref")
        if isinstance(target, str):
            found = found.merge(_from_definition(definitions, target, gvk, (*path, field), seen | {name}))
    return found


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
