"""Events as ``kubectl get events`` shows them."""

from __future__ import annotations

from msgspec import Struct

from kubelens.predict.store.objects import ObjectKey


class Event(Struct, frozen=True):
    """What a component tells of an object, in a tick."""

    tick: int
    reason: str
    about: ObjectKey
    message: str
    warning: bool = False
