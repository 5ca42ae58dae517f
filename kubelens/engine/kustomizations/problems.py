"""What is wrong with a kustomization file, whatever lies around it."""

from __future__ import annotations

import re
from typing import Final

from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.render.origin import Origin
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem, Source, Span

_KIND: Final = pattern(r"""^kind:\s*["']?Kustomization\b""", re.MULTILINE)
KUSTOMIZATION: Final = "kustomization"
"""The kind of a problem that keeps a kustomization from being built."""


def problems_of(source: Source) -> list[Problem]:
    """What kustomize refuses of a text that is a kustomization, whatever lies around it; nothing of other texts."""
    text = source.text
    if not is_kustomization_name(source.uri) and ("kustomize.config.k8s.io/" not in text or _KIND.search(text) is None):
        return []
    from kubelens.render.kustomize.kustomization_file import (  # noqa: PLC0415 - only where there is one
        InvalidKustomization,
        is_kustomization,
        known_kustomization,
    )

    if not is_kustomization(text):
        return []
    found = known_kustomization(source.uri, text)
    if not isinstance(found, InvalidKustomization):
        return []
    return [
        Problem(
            span_of(fault.origin) if fault.origin is not None else Span(0, 0),
            f"kustomize refuses this file: {fault.reason.strip()}",
            KUSTOMIZATION,
        )
        for fault in (found, *found.later)
    ]


def span_of(origin: Origin) -> Span:
    """The stretch of its file that an origin names."""
    return Span(origin.start, max(origin.end, origin.start))
