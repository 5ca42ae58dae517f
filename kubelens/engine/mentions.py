"""Which rules may find something in a document, as its words tell (``Rule.mentions``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelens.rules.api import Rule

Subject = str | type[Any]
"""What rules look at: objects of a kind, or a type."""
Words = tuple[bool, ...]
"""Which of the words that rules mention a document holds, in the order of all words."""


class Mentions:
    """Rules by what they look at; those that a document's words rule out are left out."""

    __slots__ = ("_chosen", "_rules", "_words")

    def __init__(self, *rules: Mapping[Any, Sequence[Rule[Any]]]) -> None:
        self._rules: dict[Subject, Sequence[Rule[Any]]] = {}
        for some in rules:
            self._rules.update(some)
        self._words = tuple(
            dict.fromkeys(word for some in self._rules.values() for rule in some for word in rule.mentions)
        )
        self._chosen: dict[tuple[Subject, Words | None], Sequence[Rule[Any]]] = {}

    def words(self, text: str) -> Words:
        """The words a document holds, parts of longer ones included."""
        return tuple([word in text for word in self._words])

    def rules(self, subject: Subject, words: Words | None) -> Sequence[Rule[Any]]:
        """The rules about a kind or type that may find something beside these words (None: whatever the words)."""
        if words is None:
            return self._rules.get(subject, ())
        known = self._chosen.get((subject, words))
        if known is None:
            held = {word for word, there in zip(self._words, words, strict=True) if there}
            known = self._chosen[subject, words] = [
                rule for rule in self._rules.get(subject, ()) if not rule.mentions or held.intersection(rule.mentions)
            ]
        return known
