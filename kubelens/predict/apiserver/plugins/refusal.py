"""An admission plugin's no."""

from __future__ import annotations

from msgspec import Struct

from kubelens.predict.apiserver.causes import Path


class Fault(Struct, frozen=True):
    """What is wrong, and where in the object (``()``: nowhere in particular)."""

    message: str
    path: Path = ()


class Refusal(Struct, frozen=True):
    """What a plugin holds against an object. ``by``: kind and name of the object that asks for it, where one does."""

    plugin: str
    faults: tuple[Fault, ...]
    by: tuple[str, str] | None = None
    lead: str = ""
    """What the server says before it lists the faults."""

    @property
    def why(self) -> str:
        """The server's sentence."""
        said = ", ".join(fault.message for fault in self.faults)
        return f"{self.lead}: {said}" if self.lead else said


def refused(plugin: str, message: str, path: Path = (), by: tuple[str, str] | None = None) -> Refusal:
    """A refusal for one reason."""
    return Refusal(plugin, (Fault(message, path),), by)
