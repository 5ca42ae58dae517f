"""CustomResourceDefinitions, after apiextensions ``pkg/apis/apiextensions/validation``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report, field_notation
from kubelens.predict.apiserver.definitions.definition_parts import (
    validate_column,
    validate_conversion,
    validate_selectable,
    validate_subresources,
)
from kubelens.predict.apiserver.definitions.formats import FORMATS
from kubelens.predict.apiserver.definitions.openapi_schema import Place, validate_schema
from kubelens.predict.apiserver.definitions.schema_defaults import validate_defaults
from kubelens.predict.apiserver.definitions.structural_schema import structural_form, validate_structural
from kubelens.predict.apiserver.formats import is_dns1035_label, is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.strategy import Strategy
from kubelens.syntax.pattern import pattern

_INVALID: Final = CauseReason.INVALID
_SCOPES: Final = ("Cluster", "Namespaced")
_APPROVAL: Final = "api-approved.kubernetes.io"
_ROOT_FIELDS: Final = frozenset(
    [
        "description",
        "type",
        "format",
        "title",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "multipleOf",
        "required",
        "items",
        "properties",
        "externalDocs",
        "example",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-validations",
    ]
)
_PLAIN_FIELDS: Final = frozenset(
    {"id", "$schema", "nullable", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string"}
)
"""What is not there if it is empty; lists, maps and pointers are."""
_SHARED: Final = {"schema": "validation"}
_URL: Final = pattern(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#\s]+\S*\Z")
_SCHEMA_FORMATS: Final = frozenset(FORMATS) | frozenset(
    ["int32", "int64", "float", "double", "password", "bsonobjectid", "isbn", "isbn10", "isbn13", "creditcard"]
)


def default_custom_resource_definition(obj: dict[str, Any]) -> None:
    """Names made from the kind, conversion, ports of conversion webhooks."""
    spec = obj.setdefault("spec", {})
    names = spec.setdefault("names", {})
    if kind := names.get("kind"):
        if not names.get("singular"):
            names["singular"] = kind.lower()
        if not names.get("listKind"):
            names["listKind"] = f"{kind}List"
    conversion = spec.setdefault("conversion", {"strategy": "None"})
    service = conversion.get("webhook", {}).get("clientConfig", {}).get("service")
    if isinstance(service, dict):
        service.setdefault("port", 443)


def validate_crd(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A new CustomResourceDefinition."""
    spec = obj.get("spec", {})
    metadata = obj.get("metadata", {})
    wanted = f"{spec.get('names', {}).get('plural', '')}.{spec.get('group', '')}"
    for field in ("name", "generateName"):
        name = metadata.get(field, "")
        if name and name != wanted:
            report.invalid(("metadata", field), name, f"must be {wanted!r}: the plural and the group")
    _spec(spec, report)
    stored = [version.get("name", "") for version in spec.get("versions", []) if version.get("storage")]
    if not stored:
        report.add(("spec", "versions"), _INVALID, "must name a version with storage: true", "status.storedVersions")
    elif any(version != stored[0] for version in stored[1:]):
        report.add(
            ("spec", "versions"), _INVALID, "must name exactly one version with storage: true", "status.storedVersions"
        )
    _approval(obj, None, report)
    _preserve(spec, report)


def validate_crd_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """A changed CustomResourceDefinition; the old one is taken to be established."""
    spec, before = new.get("spec", {}), old.get("spec", {})
    _spec(spec, report)
    fixed: tuple[Path, ...] = (("scope",), ("names", "kind"), ("group",), ("names", "plural"))
    for steps in fixed:
        value, was = _at(spec, steps), _at(before, steps)
        if value != was:
            report.invalid(("spec", *steps), value, f"was {was!r} and cannot change")
    kept = old.get("status", {}).get("storedVersions") or [
        v.get("name", "") for v in before.get("versions", []) if v.get("storage")
    ]
    names = {version.get("name", "") for version in spec.get("versions", [])}
    now = [version.get("name", "") for version in spec.get("versions", []) if version.get("storage")]
    for index, version in enumerate(kept):
        if version not in names:
            report.add(
                ("spec", "versions"),
                _INVALID,
                f"version {version!r} is still stored",
                f"status.storedVersions[{index}]",
            )
    if len(now) > 1 and any(version not in (*kept, now[0]) for version in now):
        report.add(
            ("spec", "versions"), _INVALID, "must name exactly one version with storage: true", "status.storedVersions"
        )
    _approval(new, old, report)
    if not before.get("preserveUnknownFields"):
        _preserve(spec, report)


def _at(spec: dict[str, Any], steps: Path) -> Any:
    value: Any = spec
    for step in steps:
        value = value.get(step, {}) if isinstance(value, dict) else {}
    return value or ""


def _spec(spec: dict[str, Any], report: Report) -> None:
    here: Path = ("spec",)
    group = spec.get("group", "")
    if not group:
        report.required((*here, "group"))
    elif (problems := is_dns1123_subdomain(group)) or "." not in group:
        report.invalid((*here, "group"), group, problems[0] if problems else "must be a domain with at least one dot")
    scope = spec.get("scope", "")
    if not scope:
        report.required((*here, "scope"))
    elif scope not in _SCOPES:
        report.not_supported((*here, "scope"), scope, _SCOPES)
    _versions(spec, report)
    names = spec.get("names", {})
    for field in ("plural", "singular", "kind", "listKind"):
        if not names.get(field):
            report.required((*here, "names", field))
    validate_names(names, report, (*here, "names"))
    if spec.get("conversion", {}).get("strategy", "None") != "None" and spec.get("preserveUnknownFields"):
        report.invalid(
            (*here, "conversion", "strategy"),
            spec["conversion"]["strategy"],
            "must be None where unknown fields are kept",
        )
    if "conversion" in spec:
        validate_conversion(spec["conversion"], report, (*here, "conversion"))


def _versions(spec: dict[str, Any], report: Report) -> None:
    versions = spec.get("versions", [])
    shared = {
        name: bool(versions) and all(version.get(name) == versions[0].get(name) for version in versions)
        for name in ("schema", "subresources", "additionalPrinterColumns", "selectableFields")
    }
    seen: set[str] = set()
    repeated = False
    for index, version in enumerate(versions):
        path: Path = ("spec", "versions", index)
        name = version.get("name", "")
        repeated = repeated or name in seen
        seen.add(name)
        schema = version.get("schema", {}).get("openAPIV3Schema")
        if schema is None:
            report.required((*path, "schema", "openAPIV3Schema"))
        for problem in is_dns1035_label(name)[:1]:
            report.invalid((*path, "name"), name, problem)
            if index == 0 and name:
                report.add((*path, "name"), _INVALID, problem, "spec.version")
        _deprecation(version, report, path)
        status = "status" in (version.get("subresources") or {})
        any_status = any("status" in (other.get("subresources") or {}) for other in versions)
        for field in ("schema", "subresources", "additionalPrinterColumns", "selectableFields"):
            if field not in version or (shared[field] and index):
                continue
            part = Report()
            _part(field, version, part, (*path, field), status=any_status if shared[field] else status)
            _move(part, report, path, field, shared=shared[field])
    if repeated:
        report.inconsistent(("spec", "versions"), "must have a name of its own for each version")
    stored = sum(bool(version.get("storage")) for version in versions)
    if stored != 1:
        report.inconsistent(
            ("spec", "versions"), f"must have exactly one version with storage: true, has {stored or 'none'}"
        )


def _part(field: str, version: dict[str, Any], report: Report, path: Path, *, status: bool) -> None:
    schema = version.get("schema", {}).get("openAPIV3Schema")
    match field:
        case "schema":
            if schema is not None:
                _schema(schema, report, (*path, "openAPIV3Schema"), status=status)
        case "subresources":
            validate_subresources(version[field], report, path)
        case "additionalPrinterColumns":
            for index, column in enumerate(version[field]):
                validate_column(column, report, (*path, index))
        case "selectableFields":
            validate_selectable(version[field], schema, report, path)


def _move(part: Report, report: Report, path: Path, field: str, *, shared: bool) -> None:
    """Blame the real place, under the name the server has for it."""
    for cause in part.causes:
        named = cause.field
        if shared:
            prefix = field_notation((*path, field))
            named = f"spec.{_SHARED.get(field, field)}" + named.removeprefix(prefix)
        report.add(cause.path, cause.reason, cause.message, named)


def _schema(schema: dict[str, Any], report: Report, path: Path, *, status: bool) -> None:
    at_first = len(report.causes)
    if status:
        kind = schema.get("type", "")
        if kind and kind != "object":
            report.invalid((*path, "type"), kind, "must be object at the root where there is a status subresource")
        elif extra := [
            name
            for name, item in schema.items()
            if name not in _ROOT_FIELDS and item is not None and (item or name not in _PLAIN_FIELDS)
        ]:
            report.invalid(path, extra[0], "must not stand at the root where there is a status subresource")
    if schema.get("nullable"):
        report.forbidden((*path, "nullable"), "must not be true at the root")
    structural = sound = structural_form(schema)
    if structural:
        before = len(report.causes)
        validate_structural(schema, report, path)
        if len(report.causes) == before:
            validate_defaults(schema, report, path)
        sound = len(report.causes) == before
    validate_schema(schema, report, path, Place(cel=sound))
    if not structural and len(report.causes) == at_first:
        report.invalid(path, schema, "must not say $schema, to be structural")


def _deprecation(version: dict[str, Any], report: Report, path: Path) -> None:
    warning = version.get("deprecationWarning")
    if warning is None:
        return
    here = (*path, "deprecationWarning")
    if not version.get("deprecated"):
        report.invalid(here, warning, "must not be set for a version that is not deprecated")
        return
    if len(warning.encode()) > 256:
        report.invalid(here, warning, "must have at most 256 bytes")
    if not warning:
        report.invalid(here, warning, "must not be empty")
    if not warning.isprintable():
        report.invalid(here, warning, "must hold characters that can be printed alone")


def validate_names(names: dict[str, Any], report: Report, path: Path) -> None:
    """Plural, singular, kind, short names and categories."""
    for field in ("plural", "singular", "kind", "listKind"):
        name = names.get(field, "")
        for problem in is_dns1035_label(name if field in ("plural", "singular") else name.lower())[:1] if name else ():
            report.invalid((*path, field), name, problem)
    for field in ("shortNames", "categories"):
        for index, name in enumerate(names.get(field, [])):
            for problem in is_dns1035_label(name)[:1]:
                report.invalid((*path, field, index), name, problem)
    if names.get("kind") and names["kind"] == names.get("listKind"):
        report.invalid((*path, "listKind"), names["listKind"], "must differ from the kind")


def _approval(new: dict[str, Any], old: dict[str, Any] | None, report: Report) -> None:
    """Groups of the Kubernetes community need an approval by annotation."""
    group = new.get("spec", {}).get("group", "")
    if not (group in ("k8s.io", "kubernetes.io") or group.endswith((".k8s.io", ".kubernetes.io"))):
        return
    state = _approval_state(new)
    if old is not None and _approval_state(old) == state:
        return
    path: Path = ("metadata", "annotations", MapKey(_APPROVAL))
    if state == "missing":
        report.required(path, "must hold the address of its approval for a group of the Kubernetes community")
    elif state == "invalid":
        report.invalid(
            path, new["metadata"]["annotations"][_APPROVAL], "must be an address, or begin with 'unapproved'"
        )


def _approval_state(obj: dict[str, Any]) -> str:
    text = obj.get("metadata", {}).get("annotations", {}).get(_APPROVAL, "")
    if not text:
        return "missing"
    if text.startswith("unapproved"):
        return "bypassed"
    return "approved" if _URL.match(text) else "invalid"


def _preserve(spec: dict[str, Any], report: Report) -> None:
    if spec.get("preserveUnknownFields"):
        report.invalid(
            ("spec", "preserveUnknownFields"),
            True,
            "must be false; x-kubernetes-preserve-unknown-fields in the schema says the same",
        )


def definition_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """Formats that no custom resource is checked for (registry/customresourcedefinition, WarningsOnCreate)."""
    found: dict[str, None] = {}
    for version in obj.get("spec", {}).get("versions", []):
        _unknown_formats(version.get("schema", {}).get("openAPIV3Schema"), found)
    for name in found:
        yield "", f"format {name!r} is not checked"


def _unknown_formats(schema: Any, found: dict[str, None]) -> None:
    if not isinstance(schema, dict):
        return
    name = schema.get("format", "")
    if name and name not in _SCHEMA_FORMATS:
        found.setdefault(name)
    properties = schema.get("properties")
    inner = [
        *(properties.values() if isinstance(properties, dict) else ()),
        schema.get("items"),
        schema.get("additionalProperties"),
    ]
    for item in inner:
        _unknown_formats(item, found)


STRATEGIES: Final = (
    Strategy(
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        names=is_dns1123_subdomain,
        namespaced=False,
        any_finalizer=True,
        default=default_custom_resource_definition,
        validate=validate_crd,
        update=validate_crd_update,
        warn=definition_warnings,
    ),
)
