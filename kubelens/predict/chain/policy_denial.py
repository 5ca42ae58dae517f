"""Which ValidatingAdmissionPolicy of the manifests denies an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask

if TYPE_CHECKING:
    from kubelens.predict.apiserver.plugins.validating_admission_policy import PolicyVerdict


def denied_by_policy(resource: Resource, ask: Ask) -> PolicyVerdict | None:
    """The verdict of the first policy that denies an object for certain, None where none does.

    One that a cluster holds already is updated.
    """
    if not ask.bundle.all("ValidatingAdmissionPolicyBinding"):
        return None
    from kubelens.predict.apiserver.plugins.validating_admission_policy import (  # noqa: PLC0415 - with CEL
        Action,
        PolicyVerdictsOf,
    )

    verdicts = ask(PolicyVerdictsOf(resource, resource.standing, ask.bundle.release)).answer
    return next((one for one in verdicts if Action.DENY in one.actions and not one.unknown), None)
