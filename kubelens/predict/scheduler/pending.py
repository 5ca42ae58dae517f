"""Pods that wait for a node."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource


class Turn(Struct, frozen=True, eq=False):
    """A Pod's place among those of a workload whose Pods are made one after the other."""

    workload: Resource
    ordinal: int


class PendingPod(Struct, frozen=True, eq=False):
    """A Pod to be placed: the object as stored, and the workload that brings it.

    ``turn``: its controller makes it only once the Pods of that workload before it run. ``there``: it exists already, and
    waits. ``waits_for``: what keeps its controller from making it, in words. ``claimed``: its claims are made already, with a
    Pod of its name that stands.
    """

    value: dict[str, Any]
    owner: Resource
    turn: Turn | None = None
    there: bool = False
    waits_for: str = ""
    claimed: bool = False

    @property
    def name(self) -> str:
        """Its name."""
        return fields.text(self.value["metadata"], "name")

    @property
    def key(self) -> str:
        """``namespace/name``."""
        return f"{self.value['metadata'].get('namespace') or 'default'}/{self.name}"
