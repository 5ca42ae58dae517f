"""Which names and items of a value a JSON Schema has looked at, for ``unevaluatedProperties`` and ``unevaluatedItems``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelens.render.json_schema_evaluation import At, Evaluation, matches


def evaluated_names(run: Evaluation, value: dict[str, Any], schema: Any, at: At, *, alone: bool = False) -> set[str]:
    """The names in a map. ``alone``: without what the schema's own ``unevaluatedProperties`` looks at."""
    if not isinstance(schema, dict):
        return set()
    run.take(1 + len(value))
    found = {name for name in schema.get("properties", ()) if name in value}
    for pattern in schema.get("patternProperties", ()):
        found |= {name for name in value if matches(pattern, name)}
    if "additionalProperties" in schema or ("unevaluatedProperties" in schema and not alone):
        return set(value)
    for inner, there in _applied(run, value, schema, at):
        found |= evaluated_names(run, value, inner, there)
    return found


def evaluated_items(run: Evaluation, value: list[Any], schema: Any, at: At, *, alone: bool = False) -> set[int]:
    """The places in a list. ``alone``: without what the schema's own ``unevaluatedItems`` looks at."""
    if not isinstance(schema, dict):
        return set()
    run.take(1 + len(value))
    every = set(range(len(value)))
    if "unevaluatedItems" in schema and not alone:
        return every
    found: set[int] = set()
    draft = run.references.home(schema, at.document).draft
    if draft >= 2020:
        if "items" in schema:
            return every
        found |= set(range(len(schema.get("prefixItems", ()))))
        if "contains" in schema:
            found |= {place for place, item in enumerate(value) if run.is_valid(item, schema["contains"], at)}
    elif "items" in schema:
        if not isinstance(schema["items"], list) or "additionalItems" in schema:
            return every
        found |= set(range(len(schema["items"])))
    for inner, there in _applied(run, value, schema, at):
        found |= evaluated_items(run, value, inner, there)
    return found


def _applied(run: Evaluation, value: Any, schema: dict[str, Any], at: At) -> Iterator[tuple[Any, At]]:
    """The schemas that a schema holds against the same value, and that have nothing against it."""
    home = run.references.home(schema, at.document)
    if home is not at.document:
        at = At(at.path, at.way, (*at.scope, home))
    if isinstance(ref := schema.get("$ref"), str):
        inner, there, _ = run.referred(ref, at)
        yield inner, there
    if isinstance(ref := schema.get("$dynamicRef"), str) and home.draft >= 2020:
        yield run.referred_dynamically(ref, at)
    if "$recursiveRef" in schema and home.draft == 2019:
        yield run.referred_recursively(at)
    for name in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(name, ()):
            if run.is_valid(value, inner, at):
                yield inner, at
    if isinstance(value, dict):
        for name, inner in schema.get("dependentSchemas", {}).items():
            if name in value:
                yield inner, at
    if "if" in schema:
        met = run.is_valid(value, schema["if"], at)
        if met:
            yield schema["if"], at
        branch = "then" if met else "else"
        if branch in schema:
            yield schema[branch], at
