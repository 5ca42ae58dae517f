"""Which ValidatingAdmissionPolicy of the manifests denies an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask

if TYPE_CHECKING:
    from kubelens.predict.apiserver.plugins.validating_admission_policy import PolicyVerdict


def denied_by_policy(resource: Resource, ask: Ask) -> PolicyVerdict | None:
    """The verdict of the first policy that denies an object for certain, None where none does."""
    return next((one for one in _denying(resource, ask) if not one.unknown), None)


def undecided(resource: Resource, ask: Ask) -> list[str]:
    """What is taken for granted where manifests do not tell whether a policy denies an object."""
    told = (
        f"ValidatingAdmissionPolicy {v.policy.name!r} denies none: {v.unknown}"
        for v in _denying(resource, ask)
        if v.unknown
    )
    return list(dict.fromkeys(told))


def _denying(resource: Resource, ask: Ask) -> list[PolicyVerdict]:
    """The verdicts of policies whose bindings deny. One that a cluster holds already is updated."""
    if not ask.bundle.all("ValidatingAdmissionPolicyBinding"):
        return []
    from kubelens.predict.apiserver.plugins.validating_admission_policy import (  # noqa: PLC0415 - with CEL
        Action,
        PolicyVerdictsOf,
    )

    verdicts = ask(PolicyVerdictsOf(resource, resource.standing, ask.bundle.release)).answer
    return [one for one in verdicts if Action.DENY in one.actions]
