"""One reference: from a field of an object to an object of some kind and name, perhaps a key or port in it."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.network import PortReference
from kubelens.kube.resource import Resource
from kubelens.syntax.place import Place


class Reference(Struct, frozen=True):
    """``place`` is the text of the name; ``key_place``/``port_place`` that of the key or port, where there is one.

    ``group`` is None where any group's kind is meant; ``namespace`` is ``""`` for cluster-scoped targets.
    ``lenient``: nothing fails where the target is missing (``optional`` is the manifest's own word for it).
    """

    source: Resource
    group: str | None
    kind: str
    namespace: str
    name: str
    place: Place
    key: str | None = None
    key_place: Place | None = None
    port: PortReference | None = None
    port_place: Place | None = None
    optional: bool = False
    lenient: bool = False

    @property
    def target(self) -> str:
        """``ConfigMap 'shop/settings'``."""
        return f"{self.kind} '{self.namespace}/{self.name}'" if self.namespace else f"{self.kind} '{self.name}'"
