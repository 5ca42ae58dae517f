"""What is wrong with a pattern, in Go's words."""

from __future__ import annotations


class RegexpError(ValueError):
    """A pattern that Go's ``regexp.Compile`` refuses; the text is Go's error.

    ``problem`` is what is wrong, ``part`` the part of the pattern that it is about.
    """

    def __init__(self, problem: str, part: str) -> None:
        super().__init__(f"error parsing regexp: {problem}: `{part}`")
        self.problem = problem
        self.part = part


class TooMuch(Exception):
    """A pattern that Go takes and that is not run here: it would need more memory than any pattern is given."""
