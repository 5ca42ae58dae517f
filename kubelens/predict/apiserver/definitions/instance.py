"""Custom resources against the definitions that declare them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kubelens.kube.bundle import NEWEST
from kubelens.kube.schema import schemas
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.apiserver.answer import Answer, Stage
from kubelens.predict.apiserver.causes import Cause, CauseReason, Report, field_notation
from kubelens.predict.apiserver.decode.decoder import MOST_HINTS, Decoder, unknown_message
from kubelens.predict.apiserver.definitions.list_types import validate_list_types
from kubelens.predict.apiserver.definitions.pruning import drop_nulls, fields_at, fill_defaults, unknown_fields
from kubelens.predict.apiserver.definitions.rules import has_rules, validate_rules
from kubelens.predict.apiserver.definitions.schema_values import validate_value
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.metadata import validate_metadata

_OBJECT_META = "apis.meta.v1.ObjectMeta"
_BLOCKING = frozenset(
    {
        CauseReason.NOT_SUPPORTED,
        CauseReason.REQUIRED,
        CauseReason.TOO_LONG,
        CauseReason.TOO_MANY,
        CauseReason.TYPE_INVALID,
    }
)


def find_definition(definitions: Iterable[Any], group: str, kind: str) -> dict[str, Any] | None:
    """The CustomResourceDefinition of a kind among other objects, None where there is none."""
    for definition in definitions:
        if isinstance(definition, dict) and definition.get("kind") == "CustomResourceDefinition":
            spec = definition.get("spec") or {}
            if spec.get("group") == group and (spec.get("names") or {}).get("kind") == kind:
                return definition
    return None


def judge_instance(
    value: Mapping[str, Any],
    definition: Mapping[str, Any],
    version: str,
    *,
    old: Mapping[str, Any] | None = None,
    strict: bool = True,
    ruled: bool | None = None,
) -> Answer:
    """The server's answer to a custom resource (apiextensions ``pkg/registry/customresource``).

    Strict decoding, pruning, defaults, schema, list types and rules, in the server's order. Rules that cannot be
    evaluated are assumptions. Unless ``strict``, unknown fields are dropped (``fieldValidation=Ignore``).
    ``ruled``: whether the schema has rules, None where nobody has looked.
    """
    spec = definition.get("spec") or {}
    served = next((item for item in spec.get("versions") or [] if item.get("name") == version), None)
    if served is None or not served.get("served"):
        return Answer(
            Stage.DECODE,
            (Cause(("apiVersion",), CauseReason.WRONG_TYPE_META, f"version {version!r} is not served", ""),),
        )
    schema = (served.get("schema") or {}).get("openAPIV3Schema") or {"x-kubernetes-preserve-unknown-fields": True}
    obj = own_copy(value)
    metadata = obj.get("metadata") or {}
    if wrong := _wrong_metadata(metadata):
        return Answer(Stage.DECODE, (wrong,))
    decoder = Decoder(schemas(NEWEST))
    obj["metadata"] = metadata = decoder.object(metadata, schemas(NEWEST).type(_OBJECT_META), ("metadata",))
    if decoder.wrong:
        return Answer(Stage.DECODE, tuple(decoder.wrong))
    unknown = [cause.path for cause in decoder.unknown]
    if spec.get("preserveUnknownFields") is not True:
        unknown += unknown_fields(obj, schema, root=True)
    if unknown and strict:
        causes = tuple(
            Cause(
                path,
                CauseReason.UNKNOWN_FIELD,
                unknown_message(str(path[-1]), fields_at(schema, path[:-1]) if number < MOST_HINTS else {}),
                field_notation(path),
            )
            for number, path in enumerate(unknown)
        )
        return Answer(Stage.STRICT, causes)
    drop_nulls(obj, schema)
    fill_defaults(obj, schema)
    if "status" in (served.get("subresources") or {}):
        _keep_status(obj, old)
    report = Report()
    validate_metadata(
        metadata,
        report,
        is_dns1123_subdomain,
        namespaced=spec["scope"] == "Namespaced" if "scope" in spec else bool(metadata.get("namespace")),
        any_finalizer=True,
    )
    whole = validate_value(
        {name: item for name, item in obj.items() if name != "metadata"}, _without_metadata(schema), report, ()
    )
    validate_list_types(obj, schema, report, ())
    skipped: list[str] = []
    if not any(cause.reason in _BLOCKING for cause in report.causes):
        if ruled is not False:
            validate_rules(obj, old, schema, report, (), skipped)
    elif has_rules(schema) if ruled is None else ruled:
        report.add((), CauseReason.INVALID, "rules are not checked while the object breaks its schema", "<nil>")
    assumptions = tuple(f"rule not evaluated: {text}" for text in skipped)
    if not whole:
        assumptions = ("not held against its schema to the end: both are too large together", *assumptions)
    if report.causes:
        return Answer(Stage.INVALID, tuple(report.causes), assumptions=assumptions)
    return Answer(Stage.ACCEPTED, stored=obj, assumptions=assumptions)


def _keep_status(obj: dict[str, Any], old: Mapping[str, Any] | None) -> None:
    """Whoever writes the object cannot set its status: a new one has none (``PrepareForCreate``, ``PrepareForUpdate``)."""
    obj.pop("status", None)
    if old is not None and "status" in old:
        obj["status"] = own_copy(old["status"])


def _without_metadata(schema: dict[str, Any]) -> dict[str, Any]:
    """The root schema as it applies beside metadata, which the server validates itself."""
    out = dict(schema)
    out["properties"] = {name: inner for name, inner in schema.get("properties", {}).items() if name != "metadata"}
    if "required" in schema:
        out["required"] = [name for name in schema["required"] if name != "metadata"]
    return out


def _wrong_metadata(metadata: Any) -> Cause | None:
    """Metadata of the wrong type ends decoding."""
    if not isinstance(metadata, dict):
        return Cause(("metadata",), CauseReason.BAD_META, "metadata is no map", "")
    for name in ("labels", "annotations"):
        entries = metadata.get(name)
        if entries is None:
            continue
        if not isinstance(entries, dict) or any(not isinstance(item, str) for item in entries.values()):
            return Cause(("metadata", name), CauseReason.BAD_META, f"{name} is no map of strings", "")
    for name in ("name", "generateName", "namespace"):
        if not isinstance(metadata.get(name) or "", str):
            return Cause(("metadata", name), CauseReason.BAD_META, f"{name} is no string", "")
    return None
