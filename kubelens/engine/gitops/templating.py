"""Templates of ApplicationSets: a value filled in for some parameters (argo-cd, ``applicationset/utils``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kubelens.render.functions.library import library
from kubelens.render.functions.rendering import Rendering
from kubelens.render.go.function import Function
from kubelens.render.origin import Origin, Sourced, SourcedList, Text, joined
from kubelens.render.template.engine import Engine
from kubelens.render.template.faults import ExecutionFault, LimitReached, ParseFault
from kubelens.render.template.space import Limits
from kubelens.syntax.pattern import pattern

Parameters = Mapping[str, object]
Functions = Callable[[Rendering, Mapping[str, Function]], Mapping[str, Function]]
_SIMPLE: Final = pattern(r"\{\{\s*([^{}]*?)\s*\}\}")
_LIMITS: Final = Limits(steps=100_000)
_NAME: Final = "application"
_DEEPEST: Final = 60


class NotFilledIn(ValueError):
    """A template that cannot be filled in: why, as the end of a sentence."""


def filled_in(value: object, parameters: Parameters, *, go: bool, depth: int = 0) -> object:
    """A value with all texts in it, keys too, filled in; origins are those of the template and of the parameters.

    ``go``: in Go's template language, else in the simple one, whose parameters are one flat map.

    Raises:
        NotFilledIn: a template is none, or fails.
    """
    if depth > _DEEPEST:
        raise NotFilledIn("it is nested too deeply")
    if isinstance(value, str):
        return _go(value, parameters) if go else _simple(value, parameters)
    if isinstance(value, Sourced):
        names = {key: str(_go(key, parameters) if go else _simple(key, parameters)) for key in value}
        return Sourced(
            {names[key]: filled_in(item, parameters, go=go, depth=depth + 1) for key, item in value.items()},
            {names[key]: origin for key, origin in value.origins.items()},
            {names[key]: origin for key, origin in value.key_origins.items()},
        )
    if isinstance(value, list):
        items = [filled_in(item, parameters, go=go, depth=depth + 1) for item in value]
        return SourcedList(items, dict(value.origins)) if isinstance(value, SourcedList) else items
    return value


def _go(text: str, parameters: Parameters) -> str:
    try:
        return executed(text, parameters, library)
    except (ParseFault, ExecutionFault, LimitReached) as fault:
        raise NotFilledIn(f"{str(text).strip()!r} cannot be filled in: {str(fault).splitlines()[0]}") from None


def executed(text: str, parameters: Parameters, functions: Functions, dialect: int = 0, name: str = _NAME) -> str:
    """A template executed for some parameters. ``functions``: see ``Engine``; ``name``: of the template, in faults.

    Raises:
        ParseFault: it is none.
        ExecutionFault: it fails.
        LimitReached: it takes too long.
    """
    if "{{" not in text:
        return text
    engine = Engine(functions, limits=_LIMITS, dialect=dialect)
    engine.add(name, text if isinstance(text, Text) else Text.of(text))
    return engine.execute(name, dict(parameters))


def _simple(text: str, parameters: Parameters) -> str:
    """``{{name}}`` filled in; what is no parameter stays."""
    if "{{" not in text:
        return text
    whole = text if isinstance(text, Text) else Text.of(text)
    parts: list[str] = []
    at = 0
    for match in _SIMPLE.finditer(text):
        value = parameters.get(match[1])
        if value is None:
            continue
        parts += [whole.cut(at, match.start()), _told(value, whole.cut(match.start(), match.end()))]
        at = match.end()
    return joined([*parts, whole.cut(at, len(whole))])


def _told(value: object, reference: Text) -> Text:
    """A parameter as text: written where it was written, and where it is asked for."""
    text = value if isinstance(value, str) else as_text(value)
    places = tuple(dict.fromkeys(origin for piece in reference.pieces for origin in piece.origins))
    written = tuple(o for piece in text.pieces for o in piece.origins) if isinstance(text, Text) else ()
    return Text.of(str(text), *places, *written)


def as_text(value: object) -> str:
    """A scalar as the simple language prints it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def flat(value: object, before: str = "", depth: int = 0) -> dict[str, object]:
    """The scalars of a value by their paths, ``a.b``, ``list[0]`` as ``list.0`` (``flatten.Flatten``)."""
    if depth > _DEEPEST:
        return {}
    found: dict[str, object] = {}
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if entries is None:
        return {before: value} if before else {}
    for key, item in entries:
        found.update(flat(item, f"{before}.{key}" if before else str(key), depth + 1))
    return found


def over(base: object, more: object) -> object:
    """Maps merged, anything else in its place."""
    if isinstance(base, Sourced) and isinstance(more, Sourced):
        merged = Sourced(base, dict(base.origins), dict(base.key_origins))
        for key, item in more.items():
            merged[key] = over(base[key], item) if key in base else item
            for mine, theirs in ((merged.origins, more.origins), (merged.key_origins, more.key_origins)):
                if key in theirs:
                    mine[key] = theirs[key]
        return merged
    return more


def marked(value: object, origin: Origin | None) -> Text:
    """A text that knows at least roughly where it was written."""
    if isinstance(value, Text):
        return value
    return Text.of(str(value), *((origin,) if origin is not None else ()))
