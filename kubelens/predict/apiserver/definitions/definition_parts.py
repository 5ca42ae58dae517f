"""Conversion, subresources, printer columns and selectable fields of a CustomResourceDefinition."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.definitions.schema_rules import field_schema
from kubelens.predict.apiserver.formats import is_dns1035_label
from kubelens.predict.apiserver.parts.webhook_client import validate_service_reference, validate_url

_REVIEWS: Final = ("v1", "v1beta1")
_COLUMN_TYPES: Final = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS: Final = frozenset({"int32", "int64", "float", "double", "byte", "date", "date-time", "password"})
_MAX_SELECTABLE: Final = 8


def validate_conversion(conversion: dict[str, Any], report: Report, path: Path) -> None:
    """How versions are converted; the server names the webhook's fields as its internal type does."""
    strategy = conversion.get("strategy", "")
    if not strategy:
        report.required((*path, "strategy"))
    elif strategy not in ("None", "Webhook"):
        report.not_supported((*path, "strategy"), strategy, ("None", "Webhook"))
    webhook = conversion.get("webhook", {})
    client, versions = webhook.get("clientConfig"), webhook.get("conversionReviewVersions", [])
    at_client, at_versions = (*path, "webhook", "clientConfig"), (*path, "webhook", "conversionReviewVersions")
    named = field_notation((*path, "webhookClientConfig"))
    reviews = field_notation((*path, "conversionReviewVersions"))
    if strategy != "Webhook":
        if client is not None:
            report.add(at_client, CauseReason.FORBIDDEN, "must not be set without strategy Webhook", named)
        if versions:
            report.add(at_versions, CauseReason.FORBIDDEN, "must not be set without strategy Webhook", reviews)
        return
    part = Report()
    if client is None:
        part.required(at_client, "must be given for strategy Webhook")
    elif ("url" in client) == ("service" in client):
        part.required(at_client, "must have one of url and service")
    elif "url" in client:
        validate_url(client["url"], part, (*at_client, "url"))
    else:
        validate_service_reference(client["service"], part, (*at_client, "service"))
    prefix = field_notation(at_client)
    for cause in part.causes:
        report.add(cause.path, cause.reason, cause.message, named + cause.field.removeprefix(prefix))
    if not versions:
        report.add(at_versions, CauseReason.REQUIRED, "must be given for strategy Webhook", reviews)
        return
    for index, version in enumerate(versions):
        if version in versions[:index]:
            report.add((*at_versions, index), CauseReason.INVALID, f"{version!r} is there twice", f"{reviews}[{index}]")
            continue
        for problem in is_dns1035_label(version):
            report.add((*at_versions, index), CauseReason.INVALID, f"{version!r}: {problem}", f"{reviews}[{index}]")
    if not any(version in _REVIEWS for version in versions):
        report.add(at_versions, CauseReason.INVALID, "must hold v1 or v1beta1", reviews)


def validate_subresources(subresources: dict[str, Any], report: Report, path: Path) -> None:
    """The scale subresource's paths."""
    scale = subresources.get("scale")
    if scale is None:
        return
    fields = (
        ("specReplicasPath", (".spec.",)),
        ("statusReplicasPath", (".status.",)),
        ("labelSelectorPath", (".spec.", ".status.")),
    )
    for field, below in fields:
        here, text = (*path, "scale", field), scale.get(field, "")
        if not text:
            if field != "labelSelectorPath":
                report.required(here)
        elif not text.startswith(below):
            report.invalid(here, text, f"must be a path below {' or '.join(below)}")


def validate_column(column: dict[str, Any], report: Report, path: Path) -> None:
    """A printer column; the server spells its path ``JSONPath``."""
    if not column.get("name"):
        report.required((*path, "name"))
    kind = column.get("type", "")
    if not kind:
        report.required((*path, "type"))
    elif kind not in _COLUMN_TYPES:
        report.invalid((*path, "type"), kind, f"must be one of {', '.join(_COLUMN_TYPES)}")
    if column.get("format") and column["format"] not in _COLUMN_FORMATS:
        report.invalid((*path, "format"), column["format"], f"must be one of {', '.join(sorted(_COLUMN_FORMATS))}")
    text = column.get("jsonPath", "")
    named = field_notation((*path, "JSONPath"))
    if not text:
        report.add(
            (*path, "jsonPath"), CauseReason.REQUIRED, "must be given: a column shows what stands at a path", named
        )
    elif text[0] != ".":
        report.add((*path, "jsonPath"), CauseReason.INVALID, f"{text!r} does not begin with '.'", named)


def validate_selectable(
    fields: list[dict[str, Any]], schema: dict[str, Any] | None, report: Report, path: Path
) -> None:
    """Fields that can be selected by: scalars outside of metadata, at most eight."""
    if schema is None:
        report.inconsistent(path, "must not be set without a schema")
        return
    seen: set[tuple[str, ...]] = set()
    for index, field in enumerate(fields):
        here, text = (*path, index, "jsonPath"), field.get("jsonPath", "")
        if not text:
            report.required(here)
            continue
        found, steps = field_schema(schema, text, brackets=False)
        if found is None:
            report.invalid(here, text, "leads to no field of the schema")
            continue
        if steps[:1] == ("metadata",):
            report.invalid(here, text, "leads into metadata")
        if found.get("type") not in ("string", "boolean", "integer"):
            report.invalid(here, text, "leads to a field that is neither string, boolean nor integer")
        if steps in seen:
            report.duplicate(here, text)
        seen.add(steps)
    if len(seen) > _MAX_SELECTABLE:
        report.too_many(path, len(seen), _MAX_SELECTABLE)
