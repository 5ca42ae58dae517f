"""One thing that ``helm lint`` says."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Severity(Enum):
    """How bad it is; an error makes the command fail."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Message(Struct, frozen=True):
    """What is said about a file; ``path`` as helm names it, empty for the chart as a whole."""

    severity: Severity
    path: str
    text: str

    def __str__(self) -> str:
        return f"[{self.severity.value}] {self.path}: {self.text}"
