"""``MutationOf``: an object as the MutatingAdmissionPolicies of the manifests leave it, before it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.plugins.policies_in_force import GROUP, Invocation, invocations
from kubelens.predict.apiserver.plugins.refusal import Refusal
from kubelens.predict.apiserver.refused_alone import RefusedAlone
from kubelens.predict.apiserver.registry import strategy_of
from kubelens.predict.apiserver.standing import exists_already
from kubelens.predict.apiserver.strategy import apply_defaults, decode_object
from kubelens.predict.chain.alternatives import seen_from
from kubelens.predict.chain.surroundings import admission_of


class Mutation(Struct, frozen=True, eq=False):
    """``resource``: the object, the same one where nothing changed it; ``by``: names of the policies that did.

    ``unknown``: policies that may change it too, with the reason; ``refusal``: of one that fails.
    """

    resource: Resource
    by: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    refusal: Refusal | None = None


class PoliciesInForce(Struct, frozen=True):
    """Which mutating policies of the manifests are put into force by a binding?"""

    def answer(self, ask: Ask) -> Prediction[tuple[Invocation, ...]]:
        """None where the release has the feature off by default; those that the server refuses are not there."""
        release = ask.bundle.release
        every = invocations(ask.bundle, release)
        refused = [any(ask(RefusedAlone(r)).answer for r in (one.policy, one.binding)) for one in every]
        return Prediction(tuple(one for one, gone in zip(every, refused, strict=True) if not gone))


def applied_beside(resource: Resource, asked: Sequence[Invocation], ask: Ask) -> list[Invocation]:
    """Those of the policies that are applied with an object: none of its alternatives."""
    view = seen_from(resource, ask)
    return [one for one in asked if view.sees(one.policy) and view.sees(one.binding)]


class MutationOf(Struct, frozen=True):
    """What do mutating policies make of an object? Pods are changed on their way through :class:`Admitted`.

    ``old``: what an edit takes the place of: policies for updates are asked then.
    """

    resource: Resource
    old: Resource | None = None

    def answer(self, ask: Ask) -> Prediction[Mutation]:
        """The object with the API's defaults and their changes; unchanged where a cluster holds it already."""
        resource = self.resource
        asked = ask(PoliciesInForce()).answer
        is_pod = resource.kind == "Pod" and resource.gvk.group == ""
        if not asked or is_pod or resource.partial or resource.gvk.group == GROUP:
            return Prediction(Mutation(resource))
        if self.old is None and exists_already(resource.value):
            return Prediction(Mutation(resource))
        from kubelens.predict.apiserver.plugins.mutating_admission_policy import mutated  # noqa: PLC0415 - few have such

        release = ask.bundle.release
        known = strategy_of(resource.gvk.group, resource.gvk.version, resource.kind)
        value: dict[str, Any] = own_copy(dict(resource.value))
        if known is not None and resource.definition is None:
            if schemas(release).kind(resource.gvk) is None:
                return Prediction(Mutation(resource))
            value, wrong, _ = decode_object(value, resource.gvk, release)
            if wrong:  # the server refuses it before it asks a policy
                return Prediction(Mutation(resource))
            apply_defaults(value, known)

        def settle(obj: dict[str, Any]) -> Refusal | None:
            if known is None or resource.definition is not None:
                return None
            apply_defaults(obj, known)
            return admission_of(resource, ask).mutate(resource.kind, obj)

        sent = resource if self.old is None else replace(resource, standing=self.old)
        found = mutated(sent, value, applied_beside(resource, asked, ask), ask.bundle, settle)
        changed = replace(resource, value=found.value) if found.by else resource
        return Prediction(Mutation(changed, found.by, found.unknown, found.refusal))
