"""The question ``DeclaredKinds``: which kinds do definitions bring, as far as they are known?"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from kubelens.kube.definitions import Definition, packaged_definitions
from kubelens.predict.api import Ask, Prediction


class DeclaredKinds(Struct, frozen=True):
    """The (group, kind) that definitions of the manifests declare, and those that come packaged."""

    local: ClassVar[bool] = False

    def answer(self, ask: Ask) -> Prediction[frozenset[tuple[str, str]]]:
        """Those of definitions that can be read."""
        found = {Definition(one.value).slot for one in ask.bundle.all("CustomResourceDefinition") if not one.partial}
        return Prediction(frozenset({*found, *packaged_definitions()}))
