"""Questions about behaviour, and answers.

A question is a frozen dataclass, hence its own cache key; its ``answer`` may ask further questions.
Rules, ``kubelens predict``, hover and inlay hints all go through one :class:`Oracle`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, runtime_checkable

from msgspec import Struct

from kubelens.kube.resource import Resource

if TYPE_CHECKING:
    from kubelens.kube.bundle import Bundle
    from kubelens.kube.reads import Read
    from kubelens.syntax.place import Place

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class Reason(Struct, frozen=True):
    """One step of the argument behind an answer, and the place it rests on (if any)."""

    text: str
    place: Place | None = None


class Assumption(Struct, frozen=True):
    """Something the manifests do not say and the answer takes for granted."""

    text: str


class Prediction(Struct, Generic[A_co], frozen=True):
    """An answer, why, and what it assumes."""

    answer: A_co
    reasons: tuple[Reason, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the answer follows from the manifests alone."""
        return not self.assumptions


class Ask(Protocol):
    """What a question is handed to read the bundle and to ask further questions."""

    @property
    def bundle(self) -> Bundle:
        """The objects the answer is about."""

    def __call__(self, query: Query[A], /) -> Prediction[A]:
        """Answer another question."""


@runtime_checkable
class Query(Protocol[A_co]):
    """A question: a frozen dataclass with an ``answer``."""

    def answer(self, ask: Ask, /) -> Prediction[A_co]:
        """Answer from ``ask.bundle`` and from other questions."""


class CircularQuestion(RuntimeError):
    """A question that needs its own answer: a defect of a predictor or plugin."""


class Remembered(Struct, frozen=True):
    """An answer and what it rests on; see :mod:`kubelens.kube.reads`."""

    prediction: Prediction[Any]
    reads: frozenset[Read]


class Oracle:
    """Answers questions over one bundle, each once; questions that need themselves are refused."""

    def __init__(self, bundle: Bundle, remembered: dict[Hashable, Remembered] | None = None) -> None:
        """``remembered``: answers from before that still hold; new ones are put there, with what they rest on."""
        self._bundle = bundle
        self._answers: dict[Hashable, Prediction[Any]] = {}
        self._remembered = remembered
        self._open: list[Hashable] = []

    @property
    def bundle(self) -> Bundle:
        """The objects the answers are about."""
        return self._bundle

    def __call__(self, query: Query[A]) -> Prediction[A]:
        """Answer a question, from memory where it was asked before.

        Raises:
            CircularQuestion: the question depends on its own answer.
        """
        key: Any = query
        if self._remembered is not None:
            return self._tracked(key, self._remembered)
        known = self._answers.get(key)
        if known is None:
            known = self._answers[key] = self._asked(key)
        return known

    def _tracked(self, key: Any, remembered: dict[Hashable, Remembered]) -> Prediction[Any]:
        outer = self._bundle.reads
        known = remembered.get(key)
        if known is None:
            own: set[Read] = set(_objects_of(key))
            self._bundle.reads = own
            try:
                prediction = self._asked(key)
            finally:
                self._bundle.reads = outer
            known = remembered[key] = Remembered(prediction, frozenset(own))
        if outer is not None:
            outer |= known.reads
        return known.prediction

    def _asked(self, key: Any) -> Prediction[Any]:
        if key in self._open:
            chain = " -> ".join(type(q).__name__ for q in [*self._open, key])
            raise CircularQuestion(f"a question depends on its own answer: {chain}")
        self._open.append(key)
        try:
            prediction: Prediction[Any] = key.answer(self)
        finally:
            self._open.pop()
        return prediction


def _objects_of(query: Any) -> Iterator[Resource]:
    """The objects a question names: its answer is of no use when they are gone."""
    fields: Iterable[str] = getattr(query, "__struct_fields__", ()) or getattr(query, "__dataclass_fields__", ())
    for name in fields:
        value = getattr(query, name)
        found = value if isinstance(value, Resource) else getattr(value, "resource", None)
        if isinstance(found, Resource):
            yield found


class NamedQuery(Struct, frozen=True):
    """A question plugins offer by name: ``build`` makes it from a tuple of command-line words."""

    name: str
    summary: str
    build: Callable[[tuple[str, ...]], Query[Any]]
