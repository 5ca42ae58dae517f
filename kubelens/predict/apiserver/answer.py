"""What the API server says to a request, whether it creates or changes an object."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kubelens.predict.apiserver.causes import Cause


class Stage(StrEnum):
    """Where the server stops."""

    ACCEPTED = ""
    DECODE = "decode"
    STRICT = "strict"
    INVALID = "invalid"
    FORBIDDEN = "forbidden"


class Warning(Struct, frozen=True):  # noqa: A001 - the API's own word
    """Something the server says beside accepting: the field it begins with (or ``""``) and our words."""

    field: str
    message: str


class Answer(Struct, frozen=True):
    """What the server says. ``stored`` is the object with defaults, None where nothing is stored.

    ``denied_by`` names the admission plugin that refuses, if one does; ``assumptions`` what was not evaluated.
    """

    stage: Stage
    causes: tuple[Cause, ...] = ()
    warnings: tuple[Warning, ...] = ()
    stored: Mapping[str, Any] | None = None
    denied_by: str = ""
    assumptions: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the object is stored."""
        return self.stage is Stage.ACCEPTED
