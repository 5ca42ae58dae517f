"""The question ``SchemaErrorsOf``: what does a JSON Schema that somebody named a place for say against an object?

Like what comes along, it decides no behaviour: such schemas are made from definitions, and lose some of what those say.
"""

from __future__ import annotations

import re
from typing import ClassVar

from msgspec import Struct

from kubelens.kube.definitions import Standing
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.causes import Cause, CauseReason, Path, field_notation


class SchemaErrors(Struct, frozen=True):
    """``trouble``: why the object could not be held against the schema, ``""`` where it was."""

    causes: tuple[Cause, ...] = ()
    trouble: str = ""


class SchemaErrorsOf(Struct, frozen=True):
    """What is wrong with a custom resource by the JSON Schema that was found for it? Nothing for other objects."""

    resource: Resource
    local: ClassVar[bool] = True

    def answer(self, ask: Ask) -> Prediction[SchemaErrors]:
        """Held against it by jsonschema."""
        definition = self.resource.definition
        if definition is None or definition.standing is not Standing.LOCATED or definition.json_schema is None:
            return Prediction(SchemaErrors())
        if definition.json_schema.trouble:
            return Prediction(SchemaErrors((), definition.json_schema.trouble))
        from kubelens.render.chart.schema import hold_against  # noqa: PLC0415 - only where somebody names a place

        schema = definition.json_schema
        complaints, trouble = hold_against(schema.value, self.resource.value, schema.beside)
        causes = (_cause(leaf.path, leaf.message) for one in complaints for leaf in one.leaves())
        return Prediction(SchemaErrors(tuple(dict.fromkeys(causes)), trouble))


def _cause(path: Path, message: str) -> Cause:
    """A complaint as a cause: what is not allowed stands at its own key."""
    extra = re.match(r"additional properties '([^']*)'", message)
    if extra is not None:
        path = (*path, extra[1])
        return Cause(path, CauseReason.UNKNOWN_FIELD, message, field_notation(path))
    missing = message.startswith("missing propert")
    reason = CauseReason.REQUIRED if missing else CauseReason.INVALID
    return Cause(path, reason, message, field_notation(path))
