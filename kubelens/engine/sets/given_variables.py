"""Variables of Flux that no file of the repository gives, but its cluster or a webhook does.

A name that one Kustomization lacks and another is given, or that is a slip away from one that is given, was forgotten here. One that
several Kustomizations use and nobody is given, is given from elsewhere, as are many such names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.given_elsewhere import are_given_elsewhere
from kubelens.engine.kustomizations.building import UNSET, UNSET_ELSEWHERE
from kubelens.engine.loader import Loaded
from kubelens.engine.sets.planned import OverlayPart, PlannedSet
from kubelens.predict.references.presence import one_slip


def given_names(planned: Iterable[PlannedSet]) -> frozenset[str]:
    """The names of variables that any set is given."""
    parts = (part for one in planned for part in one.parts if isinstance(part, OverlayPart))
    return frozenset(name for part in parts if part.variables is not None for name in part.variables.values)


def with_variables_from_elsewhere(sets: Sequence[ApplySet], given: frozenset[str]) -> list[ApplySet]:
    """The sets, with the variables that something outside gives marked as such."""
    users: dict[str, set[str]] = {}
    for one in sets:
        for text in one.texts:
            for problem in text.problems:
                if problem.kind == UNSET and not _is_slip(problem.message, given):
                    users.setdefault(problem.message, set()).add(one.name)
    every = are_given_elsewhere(users, {*users, *given})
    outside = frozenset(name for name, names in users.items() if every or len(names) > 1)
    return [_marked(one, outside) for one in sets] if outside else list(sets)


def _is_slip(name: str, given: frozenset[str]) -> bool:
    """Whether a name is given to others or nearly is one that is given; one of digits can be given by nobody (``varsubRegex``)."""
    return (
        name[:1].isdigit()
        or name in given
        or any(one_slip(name.lower(), one.lower()) or _goes_on(name, one) for one in given)
    )


def _goes_on(name: str, other: str) -> bool:
    """Whether one of two names is the other with one letter more, as a plural is."""
    return abs(len(name) - len(other)) == 1 and (name.startswith(other) or other.startswith(name))


def _marked(one: ApplySet, outside: frozenset[str]) -> ApplySet:
    if not any(problem.kind == UNSET for text in one.texts for problem in text.problems):
        return one
    return replace(one, texts=tuple(_of_elsewhere(text, outside) for text in one.texts))


def _of_elsewhere(text: Loaded, outside: frozenset[str]) -> Loaded:
    if not any(problem.kind == UNSET and problem.message in outside for problem in text.problems):
        return text
    return replace(
        text,
        problems=tuple(
            replace(one, kind=UNSET_ELSEWHERE) if one.kind == UNSET and one.message in outside else one
            for one in text.problems
        ),
    )
