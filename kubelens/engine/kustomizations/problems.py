"""What is wrong with a kustomization file, whatever lies around it."""

from __future__ import annotations

from typing import Final

from kubelens.render.kustomize.kustomization_file import (
    NAMES,
    InvalidKustomization,
    is_kustomization,
    known_kustomization,
)
from kubelens.render.origin import Origin
from kubelens.syntax.text import Problem, Source, Span

KUSTOMIZATION: Final = "kustomization"
"""The kind of a problem that keeps a kustomization from being built."""


def problem_of(source: Source) -> Problem | None:
    """What kustomize refuses of a text that is a kustomization, whatever lies around it; None of other texts."""
    text = source.text
    if source.uri.rpartition("/")[2] in NAMES:
        if not is_kustomization(text):
            return None
    elif "kustomize.config.k8s.io/" not in text or "kind: Kustomization" not in text:
        return None
    found = known_kustomization(source.uri, text)
    if not isinstance(found, InvalidKustomization):
        return None
    span = span_of(found.origin) if found.origin is not None else Span(0, 0)
    return Problem(span, f"kustomize refuses this file: {found.reason.strip()}", KUSTOMIZATION)


def span_of(origin: Origin) -> Span:
    """The stretch of its file that an origin names."""
    return Span(origin.start, max(origin.end, origin.start))
