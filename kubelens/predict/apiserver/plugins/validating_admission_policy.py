"""What the ValidatingAdmissionPolicies of the manifests say to an object, through the bindings that put them into force.

Follows apiserver ``pkg/admission/plugin/policy`` (``matching``, ``generic/policy_dispatcher.go``, ``validating/validator.go``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kubelens.cel.evaluate import Unmodelled
from kubelens.cel.parse import CelSyntaxError
from kubelens.kube import fields
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.schema import known_groups
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.plugins.admission_policy import (
    conditions,
    evaluated,
    fits,
    ignores,
    names_of,
    params_of,
)
from kubelens.predict.apiserver.plugins.cel_scope import Scope, scope_of
from kubelens.predict.apiserver.plugins.default_toleration_seconds import default_tolerations
from kubelens.predict.apiserver.plugins.policies_in_force import GROUP, policy_of
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.refused_alone import RefusedAlone
from kubelens.syntax.place import Place


class Action(StrEnum):
    """What a binding does about an object that fails."""

    DENY = "Deny"
    WARN = "Warn"
    AUDIT = "Audit"


class PolicyVerdict(Struct, frozen=True):
    """A validation that fails (``message``), or that cannot be told (``unknown``: why)."""

    policy: Resource
    binding: Resource
    place: Place
    message: str
    actions: tuple[Action, ...]
    unknown: str = ""


class PolicyVerdictsOf(Struct, frozen=True):
    """What do the admission policies of the manifests hold against an object?"""

    resource: Resource
    old: Resource | None = None
    release: str = NEWEST

    def answer(self, ask: Ask) -> Prediction[tuple[PolicyVerdict, ...]]:
        """One verdict for each validation that fails; nothing where the object is refused before policies are asked.

        Policies and bindings that are refused themselves are not in force.
        """
        bundle = ask.bundle
        bindings = [b for b in bundle.all("ValidatingAdmissionPolicyBinding", group=GROUP) if not b.partial]
        if not bindings or self.resource.partial or self.resource.gvk.group == GROUP:
            return Prediction(())
        judged = ask(AdmissionOf(self.resource, self.old, self.release)).answer
        if judged.causes if judged is not None else self.resource.gvk.group in known_groups():
            return Prediction(())
        value = judged.stored if judged is not None and judged.stored is not None else self.resource.value
        if self.resource.kind == "Pod" and self.resource.gvk.group == "":
            pod: dict[str, Any] = own_copy(value)
            default_tolerations(pod)
            pod["spec"].setdefault("serviceAccountName", "default")
            value = pod
        scope = scope_of(self.resource, value, self.old.value if self.old is not None else None, bundle)
        found: list[PolicyVerdict] = []
        for binding in bindings:
            policy = policy_of(binding, "ValidatingAdmissionPolicy", bundle)
            if policy is None or any(ask(RefusedAlone(r)).answer for r in (policy, binding)):
                continue
            found += _verdicts(policy, binding, self.resource, scope, bundle)
        return Prediction(tuple(found))


def _verdicts(
    policy: Resource, binding: Resource, resource: Resource, scope: Scope, bundle: Bundle
) -> Iterator[PolicyVerdict]:
    actions = tuple(Action(a) for a in fields.texts(binding.spec, "validationActions") if a in set(Action))
    asked = fits(policy, binding, resource, scope["request"]["operation"], bundle)
    if not asked:
        return
    here = policy.place.at("spec", "validations")
    if asked != "yes":
        yield PolicyVerdict(policy, binding, policy.place.at("spec", "matchConstraints"), "", actions, asked)
        return
    for params, why in params_of(policy, binding, resource, bundle):
        if why:
            yield PolicyVerdict(policy, binding, binding.place.at("spec", "paramRef"), "", actions, why)
            continue
        names = names_of(policy, scope, params)
        applies, problem = conditions(policy, names)
        if problem is not None:
            told = "" if isinstance(problem, Unmodelled) else f"a match condition fails: {problem}"
            at = policy.place.at("spec", "matchConditions")
            yield PolicyVerdict(policy, binding, at, told, actions, "" if told else str(problem))
        if not applies:
            continue
        for index, validation in fields.items(policy.spec, "validations"):
            holds, problem = evaluated(fields.text(validation, "expression"), names)
            if problem is None and holds is True:
                continue
            if isinstance(problem, Unmodelled | CelSyntaxError):
                yield PolicyVerdict(policy, binding, here.at(index), "", actions, str(problem))
            elif problem is None or not ignores(policy):
                message = _message(validation, names) if problem is None else f"the expression fails: {problem}"
                yield PolicyVerdict(policy, binding, here.at(index, "expression"), message, actions)


def _message(validation: Mapping[str, Any], names: Scope) -> str:
    """``messageExpression`` where it gives text of one line, else ``message``, else the expression itself."""
    written = fields.text(validation, "messageExpression")
    if written:
        told, _ = evaluated(written, names)
        if isinstance(told, str) and told.strip() and "\n" not in told:
            return told.strip()
    return (
        fields.text(validation, "message").strip()
        or f"failed expression: {fields.text(validation, 'expression').strip()}"
    )
