"""What the files around the texts of a run said when the sets were made: where they say it again, the sets are the same."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from typing import TypeVar

Answer = TypeVar("Answer")


class Seen(StrEnum):
    """What was asked of the files of a repository, beside a path."""

    TEXT = "text"
    FOLDER = "folder"
    BELOW = "below"
    CHART = "chart"
    REAL = "real"
    RESOLVED = "resolved"
    ADDRESSES = "addresses"


class Observed:
    """Answers in the order in which they were first asked for, each as a digest."""

    def __init__(self) -> None:
        self.digests: dict[tuple[Seen, str], bytes] = {}

    def note(self, what: Seen, path: str, answer: Answer) -> Answer:
        """Keep what was answered, and hand it back."""
        self.digests.setdefault((what, path), digest_of(answer))
        return answer


def digest_of(answer: object) -> bytes:
    """A digest of a text, bytes, truth, or a collection of these; sets in any order are the same."""
    told = sorted(answer) if isinstance(answer, frozenset) else answer
    return blake2b(repr(told).encode(), digest_size=16).digest()
