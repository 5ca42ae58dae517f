"""Which ValidatingAdmissionPolicy of the manifests denies an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.alternatives import seen_from

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
    """The verdicts of policies whose bindings deny."""
    return [one for one in ask(VerdictsOn(resource, resource.standing)).answer if "Deny" in one.actions]


class VerdictsOn(Struct, frozen=True):
    """What do the policies that are applied beside an object hold against it, and none of its alternatives?

    ``old``: what it takes the place of.
    """

    resource: Resource
    old: Resource | None = None

    def answer(self, ask: Ask) -> Prediction[tuple[PolicyVerdict, ...]]:
        """Those of :class:`PolicyVerdictsOf` whose policy and binding are seen from there."""
        if not ask.bundle.all("ValidatingAdmissionPolicyBinding"):
            return Prediction(())
        from kubelens.predict.apiserver.plugins.validating_admission_policy import (  # noqa: PLC0415 - with CEL
            PolicyVerdictsOf,
        )

        view = seen_from(self.resource, ask)
        verdicts = ask(PolicyVerdictsOf(self.resource, self.old, ask.bundle.release)).answer
        return Prediction(tuple(one for one in verdicts if view.sees(one.policy) and view.sees(one.binding)))
