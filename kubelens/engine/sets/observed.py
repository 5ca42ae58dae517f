"""What the files around the texts of a run said when the sets were made: where they say it again, the sets are the same."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from hashlib import blake2b

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
    from hashlib import blake2b  # noqa: PLC0415 - most small runs look at no files around theirs

    digest = blake2b(digest_size=16)
    _add(answer, digest)
    return digest.digest()


def _add(answer: object, digest: blake2b) -> None:
    """Add an answer in a form that no other has: what it is, how long, and what it holds."""
    if isinstance(answer, bytes):
        digest.update(b"b%d:" % len(answer))
        digest.update(answer)
    elif isinstance(answer, list | tuple | frozenset):
        digest.update(b"c%d:" % len(answer))
        for one in sorted(answer) if isinstance(answer, frozenset) else answer:
            _add(one, digest)
    else:
        _add(repr(answer).encode(), digest)
