"""What ingress controllers do beyond the specification, as data."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import Struct


class ControllerProfile(Struct, frozen=True):
    """``prefix`` of its annotations; how it reads ImplementationSpecific; annotations by what they change."""

    name: str
    prefix: str
    classes: tuple[str, ...]
    implementation_specific: str
    modelled: frozenset[str]
    inert: frozenset[str]


@cache
def controller_profiles() -> dict[str, ControllerProfile]:
    """The profiles by the name ``--controller`` takes."""
    import tomllib  # noqa: PLC0415 - only where there are Ingresses

    text = Path(__file__).with_name("controllers.toml").read_text(encoding="utf-8")
    return {
        name: ControllerProfile(
            name,
            row["prefix"],
            tuple(row["classes"]),
            row["implementation-specific"],
            frozenset(row["modelled"]),
            frozenset(row["inert"]),
        )
        for name, row in tomllib.loads(text).items()
    }
