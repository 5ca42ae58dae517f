"""What the API server fills into an object: the defaults of its kind, whether or not it would be accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.registry import strategy_of


class FilledIn(Struct, frozen=True):
    """An object with the defaults of its kind; None where none are known or the object is too odd to have any."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[Mapping[str, Any] | None]:
        """Run the defaulting of its kind over a copy."""
        gvk = self.resource.gvk
        known = strategy_of(gvk.group, gvk.version, gvk.kind)
        if known is None or known.default is None or self.resource.partial:
            return Prediction(None)
        value: dict[str, Any] = own_copy(self.resource.value)
        try:
            known.default(value)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            return Prediction(None)
        return Prediction(value)
