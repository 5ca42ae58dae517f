"""Types of CEL expressions over a schema, where they follow from literals and declared fields.

Only what is certain is reported: a type that is not known is compatible with everything.
"""

from __future__ import annotations

from typing import Any


def typed_problem(expression: str, schema: dict[str, Any], wanted: str) -> str:
    """What the types of an expression make wrong, ``""`` where nothing is known to be."""
    return ""
