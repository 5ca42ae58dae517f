"""What objects of Argo CD and Flux name and no file of their repository makes."""

from __future__ import annotations

from msgspec import Struct


class Absent(Struct, frozen=True):
    """An object that somebody names. ``by``: (kind, namespace, name) of the first that does; ``others``: how many more do.

    ``beside``: whether files make others of its kind in its namespace, so that it is surely looked for among these.
    ``elsewhere``: whether most of its kind lack, so that something else gives them.
    """

    group: str
    kind: str
    namespace: str
    name: str
    by: tuple[str, str, str]
    others: int = 0
    beside: bool = False
    elsewhere: bool = False

    @property
    def slot(self) -> tuple[str, str, str, str]:
        """What it is called in a cluster."""
        return self.group, self.kind, self.namespace, self.name
