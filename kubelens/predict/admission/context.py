"""Admission where other objects matter: the namespace's labels, limits, quotas, classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubelens.predict.admission.options import Options
from kubelens.predict.admission.registry import entry
from kubelens.predict.admission.verdict import Stage, validate, warn

if TYPE_CHECKING:
    from kubelens.predict.admission.server import Answer, Request


def admit(obj: dict[str, Any], request: Request, options: Options) -> Answer:
    """The answer to a new object among others."""
    from kubelens.predict.admission.server import Answer, stored  # noqa: PLC0415 - the two call each other

    known = entry(request.gvk.group, request.gvk.version, request.gvk.kind)
    causes = validate(obj, known, options)
    warnings = warn(obj, known)
    if causes:
        return Answer(Stage.INVALID, tuple(causes), warnings)
    return Answer(Stage.ACCEPTED, (), warnings, stored(obj, request))
