"""Which mutating policies of the manifests are in force, and what has become of an object on its way through them."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.gates import has
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.plugins.refusal import Refusal

GROUP: Final = "admissionregistration.k8s.io"
_GATE: Final = "MutatingAdmissionPolicy"


class Mutated(Struct):
    """An object on its way through the policies.

    ``by``: names of the policies that changed it; ``unknown``: what keeps one from being applied here, by its name;
    ``refusal``: that of a policy which fails and lets nothing pass.
    """

    value: dict[str, Any]
    by: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    refusal: Refusal | None = None


class Invocation(Struct, frozen=True):
    """A policy with one of its bindings."""

    policy: Resource
    binding: Resource

    @property
    def again(self) -> bool:
        """Whether it is asked again after something changed."""
        return fields.text(self.policy.spec, "reinvocationPolicy") == "IfNeeded"


def policy_of(binding: Resource, kind: str, bundle: Bundle) -> Resource | None:
    """The policy that a binding names: of several copies the one beside it, else the first."""
    named = bundle.named(kind, fields.text(binding.spec, "policyName"), "")
    found = [one for one in named if one.gvk.group == GROUP and not one.partial]
    beside = (one for one in found if one.place.folder == binding.place.folder)
    return next(beside, found[0] if found else None)


def invocations(bundle: Bundle, release: str) -> list[Invocation]:
    """The policies of the manifests that are in force, in the order of their names; none where the release has none."""
    bindings = [one for one in bundle.all("MutatingAdmissionPolicyBinding", group=GROUP) if not one.partial]
    if not bindings or not has(_GATE, release):
        return []
    found = []
    for binding in bindings:
        policy = policy_of(binding, "MutatingAdmissionPolicy", bundle)
        if policy is not None:
            found.append(Invocation(policy, binding))
    return sorted(found, key=lambda one: (one.policy.name, one.binding.name))
