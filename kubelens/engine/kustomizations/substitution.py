"""``${NAME}`` filled in after a build, as Flux does it (kustomize-controller, ``postBuild``; fluxcd/pkg/envsubst).

``$NAME`` stays, ``$${NAME}`` is ``${NAME}`` written literally. What is not known stays as it is or has its default, marked as
unknown.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from kubelens.engine.sets.planned import Variables
from kubelens.render.origin import Origin, Piece, Text, joined
from kubelens.syntax.pattern import pattern

_REFERENCE: Final = pattern(r"\$?\$\{(\w+)((?:[^$}]|\$\{[^}]*\}|\$(?!\{))*)\}")
"""A default may name another variable: ``${CLAIM:=${APP}}``.

A name is letters, digits and ``_`` in any order (fluxcd/pkg/envsubst, ``acceptIdent``): ``${1}`` of a regular expression is
one, though no value can be given to it (fluxcd/pkg/kustomize, ``varsubRegex``).
"""
_DEFAULT: Final = pattern(r":?[-=](.*)", re.DOTALL)
_SEPARATOR: Final = pattern(r"^---\n", re.MULTILINE)
_DISABLED: Final = pattern(r"^ +kustomize\.toolkit\.fluxcd\.io/substitute: [\"']?disabled", re.MULTILINE)


def substituted(text: Text, variables: Variables) -> Text:
    """The text of some objects with variables filled in, but in those that ask to be left alone.

    A variable without a value and default is empty, if all of what gives values is known.
    """
    if "${" not in text:
        return text
    parts: list[str] = []
    start = 0
    ends = [match.start() for match in _SEPARATOR.finditer(text)]
    for end in [*ends, len(text)]:
        document = text.cut(start, end)
        parts.append(document if _DISABLED.search(document) else _filled(document, variables))
        start = end
    return joined(parts)


def without_value(text: Text, variables: Variables) -> dict[Origin, str]:
    """The names of variables that come to nothing, by where they stand: those without a value and a default.

    Nothing is told where not all of what gives values is known.
    """
    found: dict[Origin, str] = {}
    if not variables.whole or "${" not in text:
        return found
    starts = [0, *(match.end() for match in _SEPARATOR.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        document = text.cut(start, end)
        if _DISABLED.search(document):
            continue
        for match in _REFERENCE.finditer(document):
            if match[0].startswith("$$") or match[2] or match[1] in variables.values:
                continue
            origins = document.cut(match.start(), match.end()).pieces[0].origins
            if origins and origins[0].file:
                found.setdefault(origins[0], match[1])
    return found


def _filled(text: Text, variables: Variables) -> Text:
    parts: list[str] = []
    at = 0
    for match in _REFERENCE.finditer(text):
        parts.append(text.cut(at, match.start()))
        at = match.end()
        if match[0].startswith("$$"):
            parts.append(text.cut(match.start() + 1, match.end()))
            continue
        parts.append(_value(text.cut(match.start(), match.end()), match[1], match[2], variables))
    parts.append(text.cut(at, len(text)))
    return joined(parts)


def _value(reference: Text, name: str, rest: str, variables: Variables) -> Text:
    """What stands for one reference: written where its value was written, then where the reference stands."""
    places = tuple(dict.fromkeys(origin for piece in reference.pieces for origin in piece.origins))
    value = variables.values.get(name)
    default = _DEFAULT.fullmatch(rest)
    if rest and default is None:
        return Text(str(reference), (Piece(len(reference), places, False, True),))
    unknown = value is None and not variables.whole
    if value is None:
        value = str(_filled(Text.of(default[1]), variables)) if default is not None else ""
    if unknown:
        value = value or str(reference)
        return Text(value, (Piece(len(value), places, False, True),))
    written = tuple(origin for piece in value.pieces for origin in piece.origins) if isinstance(value, Text) else ()
    return Text(str(value), (Piece(len(value), (*places, *written)),) if value else ())
