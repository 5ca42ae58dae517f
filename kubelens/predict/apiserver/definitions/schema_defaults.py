"""Defaults in a CustomResourceDefinition's schema: apiextensions ``pkg/apiserver/schema/defaulting`` ValidateDefaults."""

from __future__ import annotations

import copy
from typing import Any

from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.definitions.pruning import unknown_fields
from kubelens.predict.apiserver.definitions.rules import validate_rules
from kubelens.predict.apiserver.definitions.schema_values import validate_value
from kubelens.predict.apiserver.definitions.structural_schema import properties


def validate_defaults(
    schema: dict[str, Any], report: Report, path: Path, *, in_metadata: bool = False, root: bool = True
) -> None:
    """Every default holds only known fields and satisfies the schema it belongs to."""
    embedded = bool(schema.get("x-kubernetes-embedded-resource")) or root
    if embedded:
        in_metadata = False
    default = schema.get("default")
    if default is not None:
        here = (*path, "default")
        if not in_metadata and unknown_fields(copy.deepcopy(default), schema, root=embedded and not root):
            report.invalid(here, default, "holds fields the schema does not know")
        before = len(report.causes)
        validate_value(default, schema, report, here)
        if len(report.causes) == before:
            validate_rules(default, default, schema, report, here, [])
    items = schema.get("items")
    if isinstance(items, dict):
        validate_defaults(items, report, (*path, "items"), in_metadata=in_metadata, root=False)
    for name, inner in properties(schema).items():
        inside = in_metadata or (embedded and name in ("metadata", "apiVersion", "kind"))
        validate_defaults(inner, report, (*path, "properties", MapKey(name)), in_metadata=inside, root=False)
