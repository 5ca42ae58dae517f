"""The question ``HasRules``: does a definition hold rules in CEL for one of its versions?

Most schemas have none, and are large: it is found out once for all objects of a kind.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from kubelens.kube.definitions import Definition
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.definitions.rules import has_rules


class HasRules(Struct, frozen=True):
    """Whether the server evaluates rules on objects of a version."""

    definition: Definition
    version: str
    local: ClassVar[bool] = True

    def answer(self, ask: Ask) -> Prediction[bool]:
        """Whether its schema has rules anywhere the server evaluates them."""
        versions = self.definition.value.get("spec", {}).get("versions") or ()
        schemas = (one.get("schema") or {} for one in versions if one.get("name") == self.version)
        return Prediction(has_rules(next(schemas, {}).get("openAPIV3Schema")))
