"""JSON Schemas that a stranger may have written, held against values: bounded, and nothing is ever fetched.

The drafts 4, 6, 7, 2019-09 and 2020-12, as Helm's library has them; formats say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kubelens.render.json_schema_evaluation import Evaluation, Mismatch
from kubelens.render.json_schema_keywords import keywords_of
from kubelens.render.json_schema_references import draft_of, schema_of_schemas

IsFormat = Callable[[str, Any], bool]


def mismatches(
    schema: Any, value: Any, beside: Mapping[str, Any], is_format: IsFormat | None = None
) -> Iterator[Mismatch]:
    """What a schema has against a value; ``beside``: other schemas by their URIs.

    Raises:
        TooManyReferences, TooManySteps: see there.
        Unresolvable: a reference leads elsewhere.
    """
    return Evaluation(schema, beside, keywords_of, is_format).mismatches(value)


def schema_mismatch(schema: Any, is_format: IsFormat) -> Mismatch | None:
    """What the schema of schemas has against one, the nearest to its root."""
    found = list(mismatches(schema_of_schemas(draft_of(schema)), schema, {}, is_format))
    if not found:
        return None
    best = min(found, key=lambda one: len(one.path))
    while best.below and len({one.way[len(best.way)] for one in best.below}) == 1:
        best = best.below[0]
    return best
