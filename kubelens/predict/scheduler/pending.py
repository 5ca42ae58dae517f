"""Pods that wait for a node."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource


class PendingPod(Struct, frozen=True, eq=False):
    """A Pod to be placed: the object as stored, and the workload that brings it.

    ``in_turn``: its controller makes it only once the Pods of that workload before it run.
    """

    value: dict[str, Any]
    owner: Resource
    in_turn: bool = False

    @property
    def name(self) -> str:
        """Its name."""
        return fields.text(self.value["metadata"], "name")

    @property
    def key(self) -> str:
        """``namespace/name``."""
        return f"{self.value['metadata'].get('namespace') or 'default'}/{self.name}"
